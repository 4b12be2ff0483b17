--[[ The result of a split: a folder track with one track per stem, each with an item that plays its file.

    stems.insert(project, spot, look, result) -> true, or nil and a sentence; all or nothing

`spot` and `look` are host.lua's, `result` is the bridge's.
]]

local stems = {}

--- Opens all files before anything is changed; returns the sources, or nothing and the path that is missing.
local function open_sources(list)
  local sources = {}
  for i, stem in ipairs(list) do
    local source = reaper.file_exists(stem.file) and reaper.PCM_Source_CreateFromFile(stem.file)
    if not source then
      for _, opened in ipairs(sources) do reaper.PCM_Source_Destroy(opened) end
      return nil, stem.file
    end
    sources[i] = source
  end
  return sources
end

local function set_values(set, target, values)
  for key, value in pairs(values) do set(target, key, value) end
end

return function(auxsend)
  local words, settings, insertion, peaks = auxsend.words, auxsend.settings, auxsend.insertion, auxsend.peaks

  local function new_item(track, source, name, plan)
    local look, place = plan.look, plan.place
    local item = reaper.AddMediaItemToTrack(track)
    local take = reaper.AddTakeToMediaItem(item)
    reaper.SetMediaItemTake_Source(take, source)
    reaper.GetSetMediaItemTakeInfo_String(take, "P_NAME", name, true)
    set_values(reaper.SetMediaItemInfo_Value, item, look.item_values)
    set_values(reaper.SetMediaItemTakeInfo_Value, take, look.take_values)
    reaper.SetMediaItemInfo_Value(item, "D_POSITION", plan.spot.position_sec)
    reaper.SetMediaItemInfo_Value(item, "D_LENGTH", place.length_sec)
    reaper.SetMediaItemInfo_Value(item, "B_LOOPSRC", 0)
    reaper.SetMediaItemTakeInfo_Value(take, "D_STARTOFFS", place.start_offset_sec)
    reaper.SetMediaItemTakeInfo_Value(take, "D_PLAYRATE", place.playrate)
    for fx = 0, look.take and reaper.TakeFX_GetCount(look.take) - 1 or -1 do
      reaper.TakeFX_CopyToTake(look.take, fx, take, fx, false)
    end
  end

  local function build(plan, sources)
    local tracks, folder = insertion.tracks(plan)
    if plan.spot.track then insertion.copy_level(plan.spot.track, folder) end -- through which the stems sound
    for i, track in ipairs(tracks) do
      new_item(track, sources[i], plan.look.name .. " - " .. plan.names[i], plan)
    end
    local item = plan.look.item
    if item and settings.is_source_muted() then reaper.SetMediaItemInfo_Value(item, "B_MUTE", 1) end
  end

  function stems.insert(project, spot, look, result)
    local list = type(result) == "table" and result.stems
    if type(list) ~= "table" or #list == 0 then return nil, words.say("result_unknown") end
    local sources, missing = open_sources(list)
    if not sources then return nil, words.say("stem_missing", missing:match("([^/\\]+)$")) end
    local plan = { project = project, spot = spot, look = look, place = result.place, names = {}, colors = {} }
    plan.title = words.say("folder_stems", look.name)
    for i, stem in ipairs(list) do plan.names[i], plan.colors[i] = stem.name, stem.color end
    local reason = insertion.in_one_step(project, words.say("undo_split"), function() build(plan, sources) end)
    if reason then return nil, words.say("insert_failed", reason, list[1].file) end
    for _, source in ipairs(sources) do peaks.begin(source) end
    return true
  end

  return stems
end
