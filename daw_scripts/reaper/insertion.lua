--[[ Puts stems into the project: a folder track right below the source's, with one track per stem, in one undo step.

    insertion.stems(project, spot, look, stems, place) -> true, or nil and a sentence; all or nothing

`spot` is { track = source track or nil, position_sec = }, `look` is { name =, item_values =, take_values =,
item = the source item or nil, take = its take or nil }, `stems` and `place` are the bridge's result.

A track's I_FOLDERDEPTH says how many folders open (1) or close (-1, -2 ...) with it. If the source is the last track of
its folder, the last stem must close that folder in its place.
]]

local insertion = {}

local COLOUR_IS_SET = 0x1000000
local LEVEL = { "D_VOL", "D_PAN", "D_WIDTH", "I_PANMODE", "D_DUALPANL", "D_DUALPANR" }
local TIMEBASE = { "C_BEATATTACHMODE" }

local unbuilt = {} -- sources whose peaks are not drawn yet

--- Draws a little of one waveform; returns whether there is more to draw.
function insertion.build_peaks()
  local source = unbuilt[#unbuilt]
  if not source then return false end
  if reaper.PCM_Source_BuildPeaks(source, 1) == 0 then
    reaper.PCM_Source_BuildPeaks(source, 2)
    unbuilt[#unbuilt] = nil
    reaper.UpdateArrange()
  end
  return #unbuilt > 0
end

local function new_track(project, index, name, folder_depth)
  reaper.InsertTrackAtIndex(index, false)
  local track = reaper.GetTrack(project, index)
  reaper.GetSetMediaTrackInfo_String(track, "P_NAME", name, true)
  reaper.SetMediaTrackInfo_Value(track, "I_FOLDERDEPTH", folder_depth)
  return track
end

local function set_colour(track, color)
  if type(color) ~= "table" or #color ~= 3 then return end
  local native = reaper.ColorToNative(color[1], color[2], color[3])
  reaper.SetMediaTrackInfo_Value(track, "I_CUSTOMCOLOR", native | COLOUR_IS_SET)
end

local function set_values(set, target, values)
  for key, value in pairs(values) do set(target, key, value) end
end

local function new_item(track, source, name, plan)
  local item = reaper.AddMediaItemToTrack(track)
  local take = reaper.AddTakeToMediaItem(item)
  reaper.SetMediaItemTake_Source(take, source)
  reaper.GetSetMediaItemTakeInfo_String(take, "P_NAME", name, true)
  set_values(reaper.SetMediaItemInfo_Value, item, plan.look.item_values)
  set_values(reaper.SetMediaItemTakeInfo_Value, take, plan.look.take_values)
  reaper.SetMediaItemInfo_Value(item, "D_POSITION", plan.spot.position_sec)
  reaper.SetMediaItemInfo_Value(item, "D_LENGTH", plan.place.length_sec)
  reaper.SetMediaItemInfo_Value(item, "B_LOOPSRC", 0)
  reaper.SetMediaItemTakeInfo_Value(take, "D_STARTOFFS", plan.place.start_offset_sec)
  reaper.SetMediaItemTakeInfo_Value(take, "D_PLAYRATE", plan.place.playrate)
  local from = plan.look.take
  for fx = 0, from and reaper.TakeFX_GetCount(from) - 1 or -1 do
    reaper.TakeFX_CopyToTake(from, fx, take, fx, false)
  end
end

--- Where the new tracks go, and how many folders the last of them must close beside their own.
local function make_room(project, track)
  if not track then return reaper.CountTracks(project), 0 end
  local depth = math.min(0, reaper.GetMediaTrackInfo_Value(track, "I_FOLDERDEPTH"))
  if depth < 0 then reaper.SetMediaTrackInfo_Value(track, "I_FOLDERDEPTH", 0) end
  return math.tointeger(reaper.GetMediaTrackInfo_Value(track, "IP_TRACKNUMBER")), depth
end

local function copy_values(keys, from, to)
  for _, key in ipairs(keys) do
    reaper.SetMediaTrackInfo_Value(to, key, reaper.GetMediaTrackInfo_Value(from, key))
  end
end

local function build(plan)
  local source_track, count = plan.spot.track, #plan.stems
  local index, closing_depth = make_room(plan.project, source_track)
  local folder = new_track(plan.project, index, plan.title, 1)
  -- The source's level goes to the folder, through which the stems sound.
  if source_track then copy_values(LEVEL, source_track, folder) end
  for i, stem in ipairs(plan.stems) do
    local track = new_track(plan.project, index + i, stem.name, i == count and closing_depth - 1 or 0)
    set_colour(track, stem.color)
    if source_track then copy_values(TIMEBASE, source_track, track) end
    new_item(track, plan.sources[i], plan.look.name .. " - " .. stem.name, plan)
  end
  if plan.look.item and plan.is_source_muted then reaper.SetMediaItemInfo_Value(plan.look.item, "B_MUTE", 1) end
end

--- Opens all files before anything is changed; returns the sources, or nothing and the path that is missing.
local function open_sources(stems)
  local sources = {}
  for i, stem in ipairs(stems) do
    local source = reaper.file_exists(stem.file) and reaper.PCM_Source_CreateFromFile(stem.file)
    if not source then
      for _, opened in ipairs(sources) do reaper.PCM_Source_Destroy(opened) end
      return nil, stem.file
    end
    sources[i] = source
  end
  return sources
end

return function(auxsend)
  local words, settings = auxsend.words, auxsend.settings

  --- Does it all in one undo step; returns what went wrong, after taking it back.
  local function build_in_one_step(plan)
    reaper.PreventUIRefresh(1)
    reaper.Undo_BeginBlock2(plan.project)
    local is_good, reason = pcall(build, plan)
    reaper.Undo_EndBlock2(plan.project, words.say("undo_split"), -1)
    if not is_good then reaper.Undo_DoUndo2(plan.project) end
    reaper.PreventUIRefresh(-1)
    return not is_good and tostring(reason) or nil
  end

  function insertion.stems(project, spot, look, stems, place)
    local sources, missing = open_sources(stems)
    if not sources then return nil, words.say("stem_missing", missing:match("([^/\\]+)$")) end
    local reason = build_in_one_step({
      project = project, spot = spot, look = look, stems = stems, sources = sources, place = place,
      title = words.say("folder_track", look.name), is_source_muted = settings.is_source_muted(),
    })
    if reason then return nil, words.say("insert_failed", reason, stems[1].file) end
    for _, source in ipairs(sources) do
      if reaper.PCM_Source_BuildPeaks(source, 0) ~= 0 then unbuilt[#unbuilt + 1] = source end
    end
    reaper.TrackList_AdjustWindows(false)
    reaper.UpdateArrange()
    return true
  end

  return insertion
end
