--[[ From a request to its result, in steps that never wait. It knows no host: what a host does is behind an adapter.

    local flow = Flow.new{ spool = spool, host = host, words = words, command = "/abs/auxsend" or nil,
                           poll_sec = how often to look at a job, or nil }
    flow:add(order)      begins a task; order = { verb =, title =, params =, context = }
    flow:resume(verb)    takes up the tasks of that verb which an earlier run of the script left
    flow:tick()          one step, to be called from the host's tick; true while there is something to wait for
    flow:cancel(task)    ends a task; flow:cancel_all() ends all
    flow.tasks           what to show: { title =, phase =, message =, fraction = or nil }

A task's phase: starting (the bridge is down), asked, queued, running, cancelling, done (its result has no place yet);
and at the end inserted, remarked (inserted, with something to read about it), cancelled, failed, kept (the result waits
for the user) or lost (the bridge stopped for good).

The host adapter is a table of functions, none of which may wait either:

    host.name                      "reaper"
    host.clock()                   seconds, from any beginning
    host.start_bridge(command)     starts a program and returns at once
    host.remember(record)          keeps { id =, verb =, title =, context =, is_kept = } beyond the end of the script
    host.forget(record)            and lets it go
    host.remembered()              -> list of such records
    host.place(context)            -> "ready"; or "later" or "nowhere", and a sentence
    host.insert(record, result)    -> true, or nil and a sentence; all in one step that the user can undo. Also true,
                                      and nothing is done, where another script has put in the result of this id.
                                      A sentence after true is a remark for the user
]]

local Flow = {}
Flow.__index = Flow

local POLL_SEC = 0.2
local BRIDGE_POLL_SEC = 0.5
local BRIDGE_START_SEC = 15
local UNKNOWN_SEC = 60 -- a living bridge that says nothing of a job for so long does not know it
local CANCEL_SEC = 5
local MOST_STEPS_PER_TICK = 4 -- each is one small file to read or write
local ENDS = { inserted = true, remarked = true, cancelled = true, failed = true, kept = true, lost = true }

function Flow.new(parts)
  local flow = setmetatable(parts, Flow)
  flow.tasks, flow.turn = {}, 0
  flow.is_up, flow.bridge_due = false, 0
  return flow
end

local function new_task(flow, fields)
  fields.due, fields.heard_at = 0, flow.host.clock()
  flow.tasks[#flow.tasks + 1] = fields
  return fields
end

function Flow:add(order)
  order.params.context = order.context
  local record = { verb = order.verb, title = order.title, context = order.context }
  return new_task(self, { title = order.title, phase = "starting", message = "", record = record, params = order.params })
end

function Flow:resume(verb)
  for _, record in ipairs(self.host.remembered()) do
    if record.verb == verb and not record.is_kept then
      new_task(self, { title = record.title, phase = "asked", message = self.words.say("asked"), record = record })
    end
  end
end

local function finish(task, phase, message)
  task.phase, task.message, task.fraction = phase, message, nil
end

--- Ends a task that has nothing more to give, here and in the bridge.
local function let_go(self, task, phase, message)
  self.host.forget(task.record)
  if task.record.id then self.spool:forget(self.host.name, task.record.id) end
  finish(task, phase, message)
end

-- Steps: one per phase; each is given the task and the time, and may return what it cost, 1 if nothing. ---------------

local STEPS = {}

function STEPS.starting(self, task, now)
  if not self.is_up then return end
  local id, reason = self.spool:request(self.host.name, task.record.verb, task.params)
  if not id then
    local is_text = reason == "a text is not UTF-8"
    return finish(task, "failed", self.words.say(is_text and "request_unicode" or "request_failed", reason, self.spool.folder))
  end
  task.record.id, task.params, task.heard_at = id, nil, now
  task.phase, task.message = "asked", self.words.say("asked")
  self.host.remember(task.record)
end

local function queue_message(self, job)
  local position = math.tointeger(job.queue_position)
  if position and position > 0 then return self.words.say("queued", position) end
  return self.words.say("queued_soon")
end

--- What each state of the bridge's job does to a task.
local HEARD = {
  queued = function(self, task, job) task.phase, task.message = "queued", queue_message(self, job) end,
  running = function(self, task, job)
    local is_said = type(job.message) == "string" and job.message ~= ""
    task.phase, task.message = "running", is_said and job.message or self.words.say("running")
    task.fraction = tonumber(job.fraction)
  end,
  failed = function(self, task, job)
    local sentence = type(job.error) == "table" and job.error.message
    let_go(self, task, "failed", type(sentence) == "string" and sentence or self.words.say("failed"))
  end,
  cancelled = function(self, task) let_go(self, task, "cancelled", self.words.say("cancelled")) end,
  done = function(self, task, job)
    task.phase, task.fraction, task.result, task.due = "done", 1, job.result, 0
  end,
}

local function listen(self, task, now)
  local job = self.spool:poll(task.record.id)
  if job and HEARD[job.state] then
    task.heard_at = now
    return HEARD[job.state](self, task, job)
  end
  if not self.is_up then task.heard_at = now end
  if now - task.heard_at > UNKNOWN_SEC then let_go(self, task, "failed", self.words.say("job_unknown")) end
end

STEPS.asked, STEPS.queued, STEPS.running = listen, listen, listen

function STEPS.cancelling(self, task, now)
  local job = self.spool:poll(task.record.id)
  local is_over = job and (job.state == "cancelled" or job.state == "failed" or job.state == "done")
  if is_over then return let_go(self, task, "cancelled", self.words.say("cancelled")) end
  if now - task.heard_at > CANCEL_SEC then finish(task, "cancelled", self.words.say("cancelled")) end
end

local function keep(self, task, sentence)
  task.record.is_kept = true
  self.host.remember(task.record)
  finish(task, "kept", sentence)
end

--- What the host and the engine have to say about a result that is in; nil if nothing.
function Flow.remarks(result, remark)
  local remarks = { remark }
  for _, notice in ipairs(type(result) == "table" and type(result.notices) == "table" and result.notices or {}) do
    remarks[#remarks + 1] = tostring(notice)
  end
  return remarks[1] and table.concat(remarks, " ")
end

function STEPS.done(self, task)
  local place, sentence = self.host.place(task.record.context)
  if place == "later" then
    task.message = sentence
  elseif place == "nowhere" then
    keep(self, task, sentence)
  else
    local is_in
    is_in, sentence = self.host.insert(task.record, task.result)
    if not is_in then return keep(self, task, sentence) end
    local remarks = Flow.remarks(task.result, sentence)
    let_go(self, task, remarks and "remarked" or "inserted", remarks or self.words.say("inserted"))
    return MOST_STEPS_PER_TICK -- one insertion is enough for a tick
  end
end

-- The bridge ---------------------------------------------------------------------------------------------------------

local function needs_bridge(task)
  return task.phase == "starting" or task.phase == "asked" or task.phase == "queued" or task.phase == "running"
end

local function can_do(bridge, verb)
  if type(bridge.verbs) ~= "table" then return true end
  for _, known in ipairs(bridge.verbs) do
    if known == verb then return true end
  end
  return false
end

--- Ends what waits for a bridge that does not come back. What was asked stays remembered: the bridge has it, too.
local function give_up(self)
  for _, task in ipairs(self.tasks) do
    if task.phase == "starting" then
      local key = self.command and "bridge_no_start" or "bridge_down"
      finish(task, "failed", self.command and self.words.say(key, BRIDGE_START_SEC, self.command) or self.words.say(key))
    elseif needs_bridge(task) then
      finish(task, "lost", self.words.say("bridge_lost"))
    end
  end
end

local function miss_bridge(self, now)
  if not self.down_at then
    self.down_at = now
    if self.command then self.host.start_bridge(self.command) end
  end
  if not self.command or now - self.down_at > BRIDGE_START_SEC then return give_up(self) end
  for _, task in ipairs(self.tasks) do
    if task.phase == "starting" then task.message = self.words.say("bridge_starting") end
    if task.phase ~= "starting" and needs_bridge(task) then task.message = self.words.say("bridge_back") end
  end
end

local function watch_bridge(self, now)
  if now < self.bridge_due then return end
  self.bridge_due = now + BRIDGE_POLL_SEC
  local bridge = self.spool:bridge()
  self.is_up = bridge ~= nil
  if not bridge then return miss_bridge(self, now) end
  self.down_at = nil
  for _, task in ipairs(self.tasks) do
    if task.phase == "starting" and not can_do(bridge, task.record.verb) then
      finish(task, "failed", self.words.say("bridge_old"))
    end
  end
end

-- Faces --------------------------------------------------------------------------------------------------------------

--- Whether a task has come to its end.
function Flow.is_over(task)
  return ENDS[task.phase] == true
end

function Flow:is_busy()
  for _, task in ipairs(self.tasks) do
    if not ENDS[task.phase] then return true end
  end
  return false
end

local function step_if_due(self, task, now)
  if ENDS[task.phase] or task.due > now then return 0 end
  task.due = now + (self.poll_sec or POLL_SEC)
  return STEPS[task.phase](self, task, now) or 1
end

function Flow:tick()
  if not self:is_busy() then return false end
  local now, steps = self.host.clock(), 0
  watch_bridge(self, now)
  for _ = 1, #self.tasks do -- in turn, so that many tasks share the ticks
    if steps >= MOST_STEPS_PER_TICK then break end
    self.turn = self.turn % #self.tasks + 1
    steps = steps + step_if_due(self, self.tasks[self.turn], now)
  end
  return self:is_busy()
end

function Flow:cancel(task)
  if ENDS[task.phase] or task.phase == "cancelling" then return end
  self.host.forget(task.record)
  if task.phase == "starting" then return finish(task, "cancelled", self.words.say("cancelled")) end
  if task.phase == "done" then return let_go(self, task, "cancelled", self.words.say("cancelled")) end
  self.spool:cancel(self.host.name, task.record.id)
  task.phase, task.message, task.fraction = "cancelling", self.words.say("cancelling"), nil
  task.heard_at, task.due = self.host.clock(), 0
end

function Flow:cancel_all()
  for _, task in ipairs(self.tasks) do self:cancel(task) end
end

return Flow
