--[[ What is selected, as orders for the bridge: snapshots that stay true whatever the user edits next.

    selection.orders(verb, section) -> list of orders (see shared/flow.lua), list of refusals { title =, message = }
    selection.clip()                -> what the first selected item plays, and its name; nothing where none is selected;
                                       nil, the name and a sentence where it cannot be sent
    selection.media_folder(project) -> where results go; it exists afterwards

An order's context finds the item again and says how its results must look: { host =, project =, item = GUID,
take = GUID, track = GUID, name =, file =, item_values = {}, take_values = {} }.
]]

local selection = {}

local MIDI_EDITOR = 32060 -- REAPER's number for the MIDI editor's section of the action list
local CHANNEL_MODES = { [0] = "normal", "reverse_stereo", "mono_mix", "left", "right" }

--- Values that results take over, or that tell whether the item was edited.
selection.ITEM_VALUES = {
  "D_POSITION", "D_LENGTH", "D_VOL", "D_SNAPOFFSET", "C_BEATATTACHMODE", "D_FADEINLEN", "D_FADEOUTLEN",
  "D_FADEINLEN_AUTO", "D_FADEOUTLEN_AUTO", "D_FADEINDIR", "D_FADEOUTDIR", "C_FADEINSHAPE", "C_FADEOUTSHAPE",
}
selection.TAKE_VALUES = { "D_STARTOFFS", "D_PLAYRATE", "D_VOL", "D_PAN", "D_PANLAW", "B_PPITCH", "I_PITCHMODE" }

function selection.item_values(item)
  local values = {}
  for _, key in ipairs(selection.ITEM_VALUES) do values[key] = reaper.GetMediaItemInfo_Value(item, key) end
  return values
end

function selection.take_values(take)
  local values = {}
  for _, key in ipairs(selection.TAKE_VALUES) do values[key] = reaper.GetMediaItemTakeInfo_Value(take, key) end
  return values
end

function selection.take_guid(take)
  return select(2, reaper.GetSetMediaItemTakeInfo_String(take, "GUID", "", false))
end

--- The file that a source plays, and which section of it, backwards or not; or nothing and what is in the way.
function selection.file_of(source)
  local is_section, offset_sec, length_sec, is_reversed = reaper.PCM_Source_GetSectionInfo(source)
  local parent = reaper.GetMediaSourceParent(source)
  if parent and reaper.GetMediaSourceParent(parent) then return nil, "item_nested" end
  local path = reaper.GetMediaSourceFileName(parent or source)
  if not path or path == "" then return nil, "item_no_file" end
  if not (is_section and parent) then return { path = path, is_reversed = false } end
  local has_end = length_sec > 0 and (offset_sec > 0 or length_sec < reaper.GetMediaSourceLength(parent))
  local section = has_end and { offset_sec = offset_sec, length_sec = length_sec } or nil
  return { path = path, section = section, is_reversed = is_reversed }
end

--- What stands between an audio take and its file's own samples, as the key of a sentence; nil if nothing does.
local function hindrance(take)
  if reaper.GetTakeNumStretchMarkers(take) > 0 then return "item_stretched" end
  if reaper.GetMediaItemTakeInfo_Value(take, "D_PITCH") ~= 0 then return "item_pitched" end
  if reaper.CountTakeEnvelopes(take) > 0 then return "item_envelopes" end
  if not CHANNEL_MODES[reaper.GetMediaItemTakeInfo_Value(take, "I_CHANMODE")] then return "item_channels" end
  return nil
end

local function clip_of(item, take, json)
  local key = hindrance(take)
  if key then return nil, key end
  local file
  file, key = selection.file_of(reaper.GetMediaItemTake_Source(take))
  if not file then return nil, key end
  return {
    file = file.path,
    section = file.section or json.null,
    is_reversed = file.is_reversed,
    start_offset_sec = reaper.GetMediaItemTakeInfo_Value(take, "D_STARTOFFS"),
    length_sec = reaper.GetMediaItemInfo_Value(item, "D_LENGTH"),
    playrate = reaper.GetMediaItemTakeInfo_Value(take, "D_PLAYRATE"),
    channel_mode = CHANNEL_MODES[reaper.GetMediaItemTakeInfo_Value(take, "I_CHANMODE")],
    is_looped = reaper.GetMediaItemInfo_Value(item, "B_LOOPSRC") ~= 0,
  }
end

--- A MIDI take's notes, timed from the beginning of the item, by the project's own tempo map.
local function notes_of(item, take, json)
  local notes = json.array()
  local position_sec = reaper.GetMediaItemInfo_Value(item, "D_POSITION")
  local _, note_count = reaper.MIDI_CountEvts(take)
  for i = 0, note_count - 1 do
    local _, _, is_muted, first_ppq, last_ppq, _, pitch, velocity = reaper.MIDI_GetNote(take, i)
    local onset_sec = reaper.MIDI_GetProjTimeFromPPQPos(take, first_ppq)
    local end_sec = reaper.MIDI_GetProjTimeFromPPQPos(take, last_ppq)
    local note = { pitch = pitch, velocity = velocity, onset_sec = onset_sec - position_sec, duration_sec = end_sec - onset_sec }
    if not is_muted then notes[#notes + 1] = note end
  end
  if #notes == 0 then return nil, "item_no_notes" end
  return notes
end

function selection.media_folder(project)
  local path = reaper.GetProjectPathEx(project)
  reaper.RecursiveCreateDirectory(path, 0)
  return path
end

local function context_of(projects, item, take, name, file)
  local _, path = projects.current()
  return {
    host = "reaper",
    project = path,
    item = projects.item_guid(item),
    take = selection.take_guid(take),
    track = projects.track_guid(reaper.GetMediaItem_Track(item)),
    name = name,
    file = file,
    item_values = selection.item_values(item),
    take_values = selection.take_values(take),
  }
end

return function(auxsend)
  local json, words, projects, settings = auxsend.json, auxsend.words, auxsend.projects, auxsend.settings
  local tempo_map = auxsend.tempo_map

  --- What one item holds for a verb, or nothing and the key of a sentence.
  local function material_of(item, take, is_for_notes)
    if not take then return nil, "item_empty" end
    if reaper.TakeIsMIDI(take) ~= is_for_notes then return nil, is_for_notes and "item_audio" or "item_midi" end
    return (is_for_notes and notes_of or clip_of)(item, take, json)
  end

  local function name_of(take)
    return take and reaper.GetTakeName(take) or ""
  end

  --- What goes along with an item's notes: how long they are heard, and the tempo map that they stand on.
  local function melody_params(item)
    local position_sec = reaper.GetMediaItemInfo_Value(item, "D_POSITION")
    local length_sec = reaper.GetMediaItemInfo_Value(item, "D_LENGTH")
    local tempos, metres = tempo_map.around(projects.current(), position_sec, length_sec, json)
    local params = settings.continuation()
    params.length_sec, params.tempos, params.time_signatures = length_sec, tempos, metres
    return params
  end

  --- One item's order, or nothing, the key of a sentence and the item's name.
  local function order_of(verb, item, take)
    local is_for_notes, name = verb == "continue", name_of(take)
    local material, key = material_of(item, take, is_for_notes)
    if not material then return nil, key, name end
    local params = { name = name, folder = selection.media_folder(projects.current()) }
    params[is_for_notes and "notes" or "clip"] = material
    if verb == "split" then params.quality, params.model = settings.quality(), settings.model() end
    for field, value in pairs(is_for_notes and melody_params(item) or {}) do params[field] = value end
    if verb == "transcribe" then
      for field, value in pairs(settings.transcription()) do params[field] = value end
      params.keeps_pitch = reaper.GetMediaItemTakeInfo_Value(take, "B_PPITCH") ~= 0
    end
    return { verb = verb, title = name, params = params, context = context_of(projects, item, take, name, material.file) }
  end

  local function chosen(verb, section)
    local pairs_ = {}
    local editor = verb == "continue" and section == MIDI_EDITOR and reaper.MIDIEditor_GetActive()
    local edited = editor and reaper.MIDIEditor_GetTake(editor)
    if edited then return { { reaper.GetMediaItemTake_Item(edited), edited } } end
    for i = 0, reaper.CountSelectedMediaItems(0) - 1 do
      local item = reaper.GetSelectedMediaItem(0, i)
      pairs_[#pairs_ + 1] = { item, reaper.GetActiveTake(item) }
    end
    return pairs_
  end

  function selection.orders(verb, section)
    local orders, refusals = {}, {}
    for _, pair in ipairs(chosen(verb, section)) do
      local order, key, name = order_of(verb, pair[1], pair[2])
      if order then
        projects.pin(order.context)
        orders[#orders + 1] = order
      else
        refusals[#refusals + 1] = { title = name, phase = "failed", message = words.say(key, name) }
      end
    end
    return orders, refusals
  end

  function selection.clip()
    local pair = chosen("suggest")[1]
    if not pair then return nil end
    local item, take = pair[1], pair[2]
    local clip, key = material_of(item, take, false)
    return clip, name_of(take), key and words.say(key, name_of(take))
  end

  return selection
end
