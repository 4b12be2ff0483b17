--[[ A sample of the library becomes an item at the edit cursor.

    samples.quarter_bpm(project)                -> the tempo at the edit cursor, in quarter notes per minute
    samples.insert(project, row, is_matched)    -> true, or nil and a sentence; all or nothing, in one undo step

It goes on the selected track; on a new one right below where something lies there already, or at the end where no track
is selected. It is the only selected item afterwards, as after REAPER's own “insert media”; the edit cursor stays, so that
play begins with it. `row` is the bridge's, see shared/pick.lua.
]]

local samples = {}

local STEP_SEC = 0.01 -- over which the tempo map is asked for its slope
local LOOP = "loop"

--- From the tempo map itself, so that neither the metre nor what a “beat” is in it matters.
function samples.quarter_bpm(project)
  local time_sec = reaper.GetCursorPositionEx(project)
  local quarters = reaper.TimeMap2_timeToQN(project, time_sec + STEP_SEC) - reaper.TimeMap2_timeToQN(project, time_sec)
  return math.floor(60 * quarters / STEP_SEC * 1e6 + 0.5) / 1e6
end

return function(auxsend)
  local words, insertion, peaks, Pick = auxsend.words, auxsend.insertion, auxsend.peaks, auxsend.Pick

  local function track_for(plan)
    local track, end_sec = reaper.GetSelectedTrack(plan.project, 0), plan.position_sec + plan.length_sec
    return insertion.free_track(plan.project, track, plan.position_sec, end_sec, plan.row.name)
  end

  local function build(plan, source)
    local item = reaper.AddMediaItemToTrack(track_for(plan))
    local take = reaper.AddTakeToMediaItem(item)
    reaper.SetMediaItemTake_Source(take, source)
    reaper.GetSetMediaItemTakeInfo_String(take, "P_NAME", plan.row.name, true)
    reaper.SetMediaItemInfo_Value(item, "D_POSITION", plan.position_sec)
    reaper.SetMediaItemInfo_Value(item, "D_LENGTH", plan.length_sec)
    reaper.SetMediaItemInfo_Value(item, "B_LOOPSRC", plan.row.kind == LOOP and 1 or 0)
    reaper.SetMediaItemTakeInfo_Value(take, "D_PLAYRATE", plan.playrate)
    reaper.SetMediaItemTakeInfo_Value(take, "B_PPITCH", 1)
    reaper.SelectAllMediaItems(plan.project, false)
    reaper.SetMediaItemSelected(item, true)
  end

  function samples.insert(project, row, is_matched)
    local key = Pick.hindrance(row, auxsend.files)
    if key then return nil, words.say(key, row.name) end
    local source = reaper.PCM_Source_CreateFromFile(row.path)
    if not source then return nil, words.say("sample_unreadable", row.name) end
    local plan = { project = project, row = row, position_sec = reaper.GetCursorPositionEx(project) }
    plan.playrate, plan.length_sec = Pick.speed(row, is_matched)
    local reason = insertion.in_one_step(project, words.say("undo_suggest"), function() build(plan, source) end)
    if reason then return nil, words.say("sample_failed", row.name, reason) end
    peaks.begin(source)
    return true
  end

  return samples
end
