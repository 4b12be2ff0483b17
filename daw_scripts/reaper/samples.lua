--[[ Samples of the library become items at the edit cursor.

    samples.quarter_bpm(project, time_sec)      -> the tempo there, in quarter notes per minute; at the edit cursor if nowhere
    samples.insert(project, rows, is_matched)   -> true, or nil and a sentence; all or nothing, in one undo step

The first goes on the selected track; on a new one right below where something lies there already, or at the end where no track
is selected; each further one likewise below it. They are the only selected items afterwards, as after REAPER's own “insert media”; the edit cursor stays, so that
play begins with it. `rows` are the bridge's, see shared/pick.lua.
]]

local samples = {}

local STEP_SEC = 0.01 -- over which the tempo map is asked for its slope
local LOOP = "loop"

--- From the tempo map itself, so that neither the metre nor what a “beat” is in it matters.
function samples.quarter_bpm(project, time_sec)
  time_sec = time_sec or reaper.GetCursorPositionEx(project)
  local quarters = reaper.TimeMap2_timeToQN(project, time_sec + STEP_SEC) - reaper.TimeMap2_timeToQN(project, time_sec)
  return math.floor(60 * quarters / STEP_SEC * 1e6 + 0.5) / 1e6
end

return function(auxsend)
  local words, insertion, peaks, Pick = auxsend.words, auxsend.insertion, auxsend.peaks, auxsend.Pick

  --- What becomes of a row, or nothing and a sentence.
  local function plan_of(project, row, is_matched)
    local key = Pick.hindrance(row, auxsend.files)
    if key then return nil, words.say(key, row.name) end
    local source = reaper.PCM_Source_CreateFromFile(row.path)
    if not source then return nil, words.say("sample_unreadable", row.name) end
    local plan = { project = project, row = row, source = source, position_sec = reaper.GetCursorPositionEx(project) }
    plan.playrate, plan.length_sec = Pick.speed(row, is_matched)
    return plan
  end

  local function build(plan, above)
    local end_sec = plan.position_sec + plan.length_sec
    local track = insertion.free_track(plan.project, above, plan.position_sec, end_sec, plan.row.name)
    local item = reaper.AddMediaItemToTrack(track)
    local take = reaper.AddTakeToMediaItem(item)
    reaper.SetMediaItemTake_Source(take, plan.source)
    reaper.GetSetMediaItemTakeInfo_String(take, "P_NAME", plan.row.name, true)
    reaper.SetMediaItemInfo_Value(item, "D_POSITION", plan.position_sec)
    reaper.SetMediaItemInfo_Value(item, "D_LENGTH", plan.length_sec)
    reaper.SetMediaItemInfo_Value(item, "B_LOOPSRC", plan.row.kind == LOOP and 1 or 0)
    reaper.SetMediaItemTakeInfo_Value(take, "D_PLAYRATE", plan.playrate)
    reaper.SetMediaItemTakeInfo_Value(take, "B_PPITCH", 1)
    reaper.SetMediaItemTakeInfo_Value(take, "D_PITCH", Pick.semitones(plan.row))
    reaper.SetMediaItemSelected(item, true)
    return track
  end

  local function build_all(project, plans)
    local track = reaper.GetSelectedTrack(project, 0)
    reaper.SelectAllMediaItems(project, false)
    for _, plan in ipairs(plans) do track = build(plan, track) end
  end

  function samples.insert(project, rows, is_matched)
    local plans = {}
    for i, row in ipairs(rows) do
      local plan, sentence = plan_of(project, row, is_matched)
      if not plan then return nil, sentence end
      plans[i] = plan
    end
    local reason = insertion.in_one_step(project, words.say("undo_suggest"), function() build_all(project, plans) end)
    if reason then return nil, words.say("sample_failed", rows[1].name, reason) end
    for _, plan in ipairs(plans) do peaks.begin(plan.source) end
    return true
  end

  return samples
end
