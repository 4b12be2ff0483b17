--[[ The project's tempo map around an item, as the bridge wants it: in seconds from the item's beginning.

    tempo_map.around(project, position_sec, length_sec, json)
        -> list of { time_sec =, quarter_bpm = }, list of { time_sec =, numerator =, denominator = }

It begins with the bar that the item begins in, so its first times may be negative, and goes on beyond the item for what is
to follow there. The bridge knows steady tempos only: a gliding one is told in steps, at each of which it is exact.
]]

local tempo_map = {}

local LATER_QUARTERS = 256 -- beyond the item; a continuation has fewer
local MOST_GLIDE_STEPS = 500 -- of one glide; the bridge takes 2000 tempos in all
local NEAR_QUARTERS = 1e-6 -- an item so little before a bar line begins at it
local SAME_SEC = 1e-6

local function quarters_at(project, time_sec)
  return reaper.TimeMap2_timeToQN(project, time_sec)
end

--- The markers between two moments, and whether the tempo glides from the last one before them.
local function markers_between(project, first_sec, last_sec)
  local markers, is_gliding = {}, false
  for i = 0, reaper.CountTempoTimeSigMarkers(project) - 1 do
    local _, time_sec, _, _, _, numerator, denominator, is_linear = reaper.GetTempoTimeSigMarker(project, i)
    if time_sec < first_sec + SAME_SEC then
      is_gliding = is_linear
    elseif time_sec < last_sec - SAME_SEC then
      markers[#markers + 1] =
        { time_sec = time_sec, numerator = numerator, denominator = denominator, is_gliding = is_linear }
    end
  end
  return markers, is_gliding
end

--- Appends the tempo between two moments that no marker lies between: one, or where it glides one for each quarter.
local function tell_tempo(tempos, project, first_sec, last_sec, is_gliding)
  local first, last = quarters_at(project, first_sec), quarters_at(project, last_sec)
  local count = is_gliding and math.max(1, math.min(MOST_GLIDE_STEPS, math.ceil(last - first))) or 1
  local time_sec = first_sec
  for step = 1, count do
    local end_sec = step == count and last_sec or reaper.TimeMap2_QNToTime(project, first + (last - first) * step / count)
    local quarter_bpm = 60 * (last - first) / count / (end_sec - time_sec)
    tempos[#tempos + 1] = { time_sec = time_sec, quarter_bpm = math.floor(quarter_bpm * 1e9 + 0.5) / 1e9 }
    time_sec = end_sec
  end
end

local function tempos_between(project, first_sec, last_sec, json)
  local tempos = json.array()
  local markers, is_gliding = markers_between(project, first_sec, last_sec)
  local time_sec = first_sec
  for _, marker in ipairs(markers) do
    tell_tempo(tempos, project, time_sec, marker.time_sec, is_gliding)
    time_sec, is_gliding = marker.time_sec, marker.is_gliding
  end
  tell_tempo(tempos, project, time_sec, last_sec, is_gliding)
  return tempos
end

local function metres_between(project, first_sec, last_sec, json)
  local metres = json.array()
  local numerator, denominator = reaper.TimeMap_GetTimeSigAtTime(project, first_sec + SAME_SEC)
  metres[1] = { time_sec = first_sec, numerator = numerator, denominator = denominator }
  for _, marker in ipairs((markers_between(project, first_sec, last_sec))) do
    if marker.numerator > 0 then
      metres[#metres + 1] = { time_sec = marker.time_sec, numerator = marker.numerator, denominator = marker.denominator }
    end
  end
  return metres
end

--- Makes times count from the item's beginning, which the first of them does not come after.
local function count_from(position_sec, changes)
  for _, change in ipairs(changes) do change.time_sec = change.time_sec - position_sec end
  changes[1].time_sec = math.min(0, changes[1].time_sec)
  return changes
end

function tempo_map.around(project, position_sec, length_sec, json)
  local _, bar_quarters = reaper.TimeMap_QNToMeasures(project, quarters_at(project, position_sec) + NEAR_QUARTERS)
  local last_quarters = quarters_at(project, position_sec + length_sec) + LATER_QUARTERS
  local first_sec = reaper.TimeMap2_QNToTime(project, bar_quarters)
  local last_sec = reaper.TimeMap2_QNToTime(project, last_quarters)
  local tempos = tempos_between(project, first_sec, last_sec, json)
  local metres = metres_between(project, first_sec, last_sec, json)
  return count_from(position_sec, tempos), count_from(position_sec, metres)
end

return function() return tempo_map end
