--[[ REAPER's functions for the tempo map and for markers. ]]

return function(model)
  local api = {}

  function api.UpdateTimeline() end
  function api.TimeMap2_timeToQN(project, time_sec) return model.quarters_at(project, time_sec) end
  function api.TimeMap2_QNToTime(project, quarters) return model.time_at(project, quarters) end

  --- The metre that holds at a moment, where it begins and where the next one does, in quarters.
  local function metre_at(project, quarters)
    local metre = { numerator = 4, denominator = 4, first = 0, last = math.huge }
    for _, point in ipairs(project.tempo) do
      local here = point.numerator and point.numerator > 0 and model.quarters_at(project, point.time_sec)
      if here and here > quarters then
        metre.last = here
        break
      elseif here then
        metre = { numerator = point.numerator, denominator = point.denominator, first = here, last = math.huge }
      end
    end
    return metre
  end

  --- Of bars the fake knows where they are, not their numbers.
  function api.TimeMap_QNToMeasures(project, quarters)
    local metre = metre_at(project, quarters)
    local bar_quarters = metre.numerator * 4 / metre.denominator
    local number = math.floor((quarters - metre.first) / bar_quarters)
    local first = metre.first + number * bar_quarters
    return nil, first, math.min(first + bar_quarters, metre.last)
  end

  function api.TimeMap_GetTimeSigAtTime(project, time_sec)
    local metre = metre_at(project, model.quarters_at(project, time_sec))
    return metre.numerator, metre.denominator
  end

  function api.CountTempoTimeSigMarkers(project) return #project.tempo end

  function api.GetTempoTimeSigMarker(project, index)
    local point = project.tempo[index + 1]
    if not point then return false end
    return true, point.time_sec, 0, 0, point.bpm, point.numerator or 0, point.denominator or 0, point.is_linear == true
  end

  --- The map without a marker, or without none.
  local function points_without(project, index)
    local points = {}
    for i, point in ipairs(project.tempo) do
      if i ~= index + 1 then points[#points + 1] = point end
    end
    return points
  end

  function api.SetTempoTimeSigMarker(project, index, time_sec, measure, beat, bpm, numerator, denominator, is_linear)
    model.require_block(project)
    assert(index == -1 or project.tempo[index + 1], "there is no such tempo marker")
    assert(measure == -1 and beat == -1 and time_sec >= 0, "the fake knows markers by their time")
    assert(bpm > 0 and (numerator > 0) == (denominator > 0), "no such tempo or metre")
    local points = points_without(project, index)
    for _, point in ipairs(points) do assert(point.time_sec ~= time_sec, "two tempo markers lie at one time") end
    points[#points + 1] =
      { time_sec = time_sec, bpm = bpm, numerator = numerator, denominator = denominator, is_linear = is_linear }
    table.sort(points, function(a, b) return a.time_sec < b.time_sec end)
    model.set_tempo(project, points)
    return true
  end

  function api.DeleteTempoTimeSigMarker(project, index)
    model.require_block(project)
    if not project.tempo[index + 1] then return false end
    model.set_tempo(project, points_without(project, index))
    return true
  end

  function api.AddProjectMarker2(project, is_region, time_sec, end_sec, name)
    model.require_block(project)
    assert(not is_region or end_sec > time_sec, "a region ends before it begins")
    project.markers[#project.markers + 1] = { time_sec = time_sec, name = name }
    return #project.markers
  end

  return api
end
