--[[ What the engine heard of tempo and harmony, laid over the project where its user's settings ask for it.

    grid.lay(project, position_sec, result)   as a part of an undo step; `position_sec` is where the result begins

A new tempo moves what is bound to beats. The audio of the project was recorded in its own time, so it stays where it is;
MIDI counts in beats and follows.
]]

local grid = {}

local SAME_SEC = 1e-3
local IN_TIME = 0 -- a value of C_BEATATTACHMODE

--- Where the first bar begins: the beats before it are a pickup.
local function first_downbeat_sec(beats)
  for _, beat in ipairs(beats) do
    if beat[2] == 1 then return beat[1] end
  end
  return 0
end

local function quarter_bpm_at(tempo, time_sec)
  local quarter_bpm = tempo[1][2]
  for _, change in ipairs(tempo) do
    if change[1] <= time_sec + SAME_SEC then quarter_bpm = change[2] end
  end
  return quarter_bpm
end

--- The result's tempo and metre as markers { time_sec =, quarter_bpm =, numerator =, denominator = }, 0 for no new metre.
local function markers_of(result)
  local markers, tempo = {}, result.tempo
  for i, change in ipairs(tempo) do
    markers[i] = { time_sec = change[1], quarter_bpm = change[2], numerator = 0, denominator = 0 }
  end
  local function at(time_sec)
    for _, marker in ipairs(markers) do
      if math.abs(marker.time_sec - time_sec) < SAME_SEC then return marker end
    end
    markers[#markers + 1] = { time_sec = time_sec, quarter_bpm = quarter_bpm_at(tempo, time_sec) }
    return markers[#markers]
  end
  for i, metre in ipairs(result.time_signatures) do
    local marker = at(i == 1 and first_downbeat_sec(result.beats) or metre[1])
    marker.numerator, marker.denominator = metre[2], metre[3]
  end
  table.sort(markers, function(a, b) return a.time_sec < b.time_sec end)
  return markers
end

--- Binds all audio items to time; returns what binds them as they were before.
local function hold_audio(project)
  local held = {}
  for i = 0, reaper.CountMediaItems(project) - 1 do
    local item = reaper.GetMediaItem(project, i)
    local take = reaper.GetActiveTake(item)
    if take and not reaper.TakeIsMIDI(take) then
      held[item] = reaper.GetMediaItemInfo_Value(item, "C_BEATATTACHMODE")
      reaper.SetMediaItemInfo_Value(item, "C_BEATATTACHMODE", IN_TIME)
    end
  end
  return function()
    for item, mode in pairs(held) do reaper.SetMediaItemInfo_Value(item, "C_BEATATTACHMODE", mode) end
  end
end

--- Takes the project's own tempo markers out of a span; returns the number of the one at its beginning, -1 if none is.
local function clear(project, first_sec, last_sec)
  local at_beginning = -1
  for i = reaper.CountTempoTimeSigMarkers(project) - 1, 0, -1 do
    local _, time_sec = reaper.GetTempoTimeSigMarker(project, i)
    if math.abs(time_sec - first_sec) < SAME_SEC then
      at_beginning = i
    elseif time_sec > first_sec and time_sec < last_sec then
      reaper.DeleteTempoTimeSigMarker(project, i)
    end
  end
  return at_beginning
end

local function set_tempo(project, position_sec, result)
  local release = hold_audio(project)
  local number = clear(project, position_sec, position_sec + result.length_sec)
  for _, marker in ipairs(markers_of(result)) do
    reaper.SetTempoTimeSigMarker(
      project, number, position_sec + marker.time_sec, -1, -1, marker.quarter_bpm, marker.numerator, marker.denominator, false
    )
    number = -1
  end
  reaper.UpdateTimeline()
  release()
end

local function mark_chords(project, position_sec, chords)
  for _, chord in ipairs(chords) do
    reaper.AddProjectMarker2(project, false, position_sec + chord[1], 0, chord[4] or chord[3], -1, 0)
  end
end

return function(auxsend)
  local settings = auxsend.settings

  function grid.lay(project, position_sec, result)
    if settings.is_tempo_set() and #result.tempo > 0 then set_tempo(project, position_sec, result) end
    if settings.has_chord_markers() then mark_chords(project, position_sec, result.chords) end
  end

  return grid
end
