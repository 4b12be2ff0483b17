--[[ What all results have in common when they are put in: one undo step, and tracks right below the source's.

    insertion.in_one_step(project, label, build) -> nil, or what went wrong, after all was taken back
    insertion.tracks(plan)                       -> the new tracks, one for each of plan.names; their folder track or nil
    insertion.track_below(project, track, name)  -> a new track right below another, or at the end below none
    insertion.free_track(project, track, first_sec, last_sec, name)
                                                 -> the track itself if nothing lies there, or else a new one below
    insertion.place_midi(item, position_sec, length_sec, look)
    insertion.ticks_of(take, position_sec)       -> a function from seconds from there to whole ticks of a MIDI take
    insertion.copy_level(from, to)               gives one track the volume, pan and width of another

`plan` is { project =, spot = { track = source track or nil, position_sec = }, names = list, colors = list of { r, g, b },
title = name of the folder track around them, or nil for none }.

A track's I_FOLDERDEPTH says how many folders open (1) or close (-1, -2 ...) with it. If the source is the last track of
its folder, the last new track must close that folder in its place.
]]

local insertion = {}

local COLOUR_IS_SET = 0x1000000
local SAME_SEC = 1e-6
local LEVEL = { "D_VOL", "D_PAN", "D_WIDTH", "I_PANMODE", "D_DUALPANL", "D_DUALPANR" }
local TIMEBASE = { "C_BEATATTACHMODE" }

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

function insertion.copy_level(from, to)
  copy_values(LEVEL, from, to)
end

function insertion.tracks(plan)
  local source, tracks, folder = plan.spot.track, {}, nil
  local index, closing_depth = make_room(plan.project, source)
  if plan.title then
    folder = new_track(plan.project, index, plan.title, 1)
    index, closing_depth = index + 1, closing_depth - 1
  end
  for i, name in ipairs(plan.names) do
    tracks[i] = new_track(plan.project, index + i - 1, name, i == #plan.names and closing_depth or 0)
    set_colour(tracks[i], plan.colors[i])
    if source then copy_values(TIMEBASE, source, tracks[i]) end
  end
  return tracks, folder
end

function insertion.track_below(project, track, name)
  return insertion.tracks({ project = project, spot = { track = track }, names = { name }, colors = {} })[1]
end

local function is_free(track, first_sec, last_sec)
  for i = 0, reaper.CountTrackMediaItems(track) - 1 do
    local item = reaper.GetTrackMediaItem(track, i)
    local begin_sec = reaper.GetMediaItemInfo_Value(item, "D_POSITION")
    local end_sec = begin_sec + reaper.GetMediaItemInfo_Value(item, "D_LENGTH")
    if begin_sec < last_sec - SAME_SEC and end_sec > first_sec + SAME_SEC then return false end
  end
  return true
end

function insertion.free_track(project, track, first_sec, last_sec, name)
  if track and is_free(track, first_sec, last_sec) then return track end
  return insertion.track_below(project, track, name)
end

--- Places a new MIDI item as the source item stands: to the sample, whatever became of it in ticks.
function insertion.place_midi(item, position_sec, length_sec, look)
  reaper.SetMediaItemInfo_Value(item, "C_BEATATTACHMODE", look.item_values.C_BEATATTACHMODE)
  reaper.SetMediaItemInfo_Value(item, "B_LOOPSRC", 0)
  reaper.SetMediaItemInfo_Value(item, "D_POSITION", position_sec)
  reaper.SetMediaItemInfo_Value(item, "D_LENGTH", length_sec)
end

--- REAPER says which tick a moment is, by the project's tempo map.
function insertion.ticks_of(take, position_sec)
  return function(time_sec)
    return math.floor(reaper.MIDI_GetPPQPosFromProjTime(take, position_sec + time_sec) + 0.5)
  end
end

function insertion.in_one_step(project, label, build)
  reaper.PreventUIRefresh(1)
  reaper.Undo_BeginBlock2(project)
  local is_good, reason = pcall(build)
  reaper.Undo_EndBlock2(project, label, -1)
  if not is_good then reaper.Undo_DoUndo2(project) end
  reaper.PreventUIRefresh(-1)
  if not is_good then return tostring(reason) end
  reaper.TrackList_AdjustWindows(false)
  reaper.UpdateArrange()
  return nil
end

return function() return insertion end
