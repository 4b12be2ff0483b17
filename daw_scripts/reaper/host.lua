--[[ REAPER behind the adapter that shared/flow.lua asks for, and the spots that a kept result can be put into.

    host.item_spot(context), host.cursor_spot(context)
    host.insert_at(spot, record, result, is_at_item)   likewise in one undo step
    host.insert_job(job)     puts in the result of a job that anybody has asked for: at its item if that is there
    host.passing(take)       -> an adapter for jobs that end with the script: take(record, result) stands for the insertion
]]

local host = { name = "reaper", clock = reaper.time_precise }

local PROJECT_TIMEBASE = -1 -- a value of C_BEATATTACHMODE
local SAME_SEC = 1e-9 -- what a double loses on its way through a project file

function host.start_bridge(command)
  reaper.ExecProcess(('"%s" bridge'):format(command), -2) -- -2: at once, and without a window
end

return function(auxsend)
  local words, projects, selection, memory = auxsend.words, auxsend.projects, auxsend.selection, auxsend.memory
  local kinds = { split = auxsend.stems, transcribe = auxsend.notes, continue = auxsend.melodies } -- who puts in whose result
  host.remember, host.forget, host.remembered = memory.remember, memory.forget, memory.remembered

  --- Whether the item still plays, at the same time, what was sent.
  local function is_unchanged(item, context)
    local take = reaper.GetActiveTake(item)
    if not take or selection.take_guid(take) ~= context.take then return false end
    local file = not reaper.TakeIsMIDI(take) and selection.file_of(reaper.GetMediaItemTake_Source(take))
    if (file and file.path or nil) ~= context.file then return false end
    local now, before = selection.item_values(item), context.item_values
    local take_now, take_before = selection.take_values(take), context.take_values
    return math.abs(now.D_POSITION - before.D_POSITION) < SAME_SEC
      and math.abs(now.D_LENGTH - before.D_LENGTH) < SAME_SEC
      and math.abs(take_now.D_STARTOFFS - take_before.D_STARTOFFS) < SAME_SEC
      and math.abs(take_now.D_PLAYRATE - take_before.D_PLAYRATE) < SAME_SEC
  end

  function host.place(context)
    local project, item = projects.find(context)
    if not project then return "nowhere", words.say("kept_closed") end
    if not item then return "nowhere", words.say("kept_deleted") end
    if not is_unchanged(item, context) then return "nowhere", words.say("kept_changed") end
    if project ~= projects.current() then return "later", words.say("kept_tab", projects.name(project)) end
    return "ready"
  end

  --- The spot of the item, wherever it is now in the project in front; nil if it is not there.
  function host.item_spot(context)
    local project, item = projects.find(context)
    if not item or project ~= projects.current() then return nil end
    return { track = reaper.GetMediaItem_Track(item), position_sec = reaper.GetMediaItemInfo_Value(item, "D_POSITION") }
  end

  --- The spot of the edit cursor in the project in front, below the source's track if it is there, else below the selected one.
  function host.cursor_spot(context)
    local project = projects.current()
    local track = projects.track_of(project, context.track) or reaper.GetSelectedTrack(project, 0)
    return { track = track, position_sec = reaper.GetCursorPositionEx(project) }
  end

  --- How results must look: as the item does now, or as it did when it was sent.
  local function look_of(context, is_at_item)
    local look = { name = context.name, item_values = context.item_values, take_values = context.take_values }
    local _, item = projects.find(context)
    if not (is_at_item and item) then return look end
    look.item, look.item_values = item, selection.item_values(item)
    local take = reaper.GetActiveTake(item)
    if take and selection.take_guid(take) == context.take then
      look.take, look.take_values = take, selection.take_values(take)
    end
    return look
  end

  local function put_in(spot, record, result, is_at_item)
    local kind = kinds[record.verb]
    if not kind then return nil, words.say("result_unknown") end
    local is_in, sentence = kind.insert(projects.current(), spot, look_of(record.context, is_at_item), result)
    if is_in then memory.mark_inserted(record.id) end
    return is_in, sentence
  end

  --- Puts a result into the project in front; returns true and a remark or nothing, or nil and a sentence.
  function host.insert_at(spot, record, result, is_at_item)
    if memory.is_inserted(record.id) then return true end
    return put_in(spot, record, result, is_at_item)
  end

  --- What is known of a job's source: all, if REAPER asked for the job, or just a name.
  local function context_of(job)
    local context = job.context
    if type(context) == "table" and context.host == host.name and context.item_values then return context end
    local item_values = { C_BEATATTACHMODE = PROJECT_TIMEBASE }
    return { name = auxsend.Companion.name_of(job), item_values = item_values, take_values = {} }
  end

  function host.insert_job(job)
    if type(job) ~= "table" or type(job.id) ~= "string" then return nil, words.say("result_unknown") end
    local context = context_of(job)
    local record, item_spot = { id = job.id, verb = job.verb, context = context }, host.item_spot(context)
    local is_in, sentence = put_in(item_spot or host.cursor_spot(context), record, job.result, item_spot ~= nil)
    if is_in then memory.forget(record) end -- nobody need be asked where to put it any more
    return is_in, sentence
  end

  function host.passing(take)
    local own = { name = host.name, clock = host.clock, start_bridge = host.start_bridge, insert = take }
    function own.remember() end
    function own.forget() end
    function own.remembered() return {} end
    function own.place() return "ready" end
    return own
  end

  function host.insert(record, result)
    return host.insert_at(host.item_spot(record.context), record, result, true)
  end

  return host
end
