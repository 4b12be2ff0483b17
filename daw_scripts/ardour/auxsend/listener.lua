--[[ What runs ten times a second while a session is open: it follows the jobs, puts results in, and follows undo.

    local listener = Listener.new()
    listener:tick()

Actions leave messages for it in the session's folder: { deed = "add", order = }, and with the `key` of a row { deed =
"cancel", "insert", "insert_at_playhead", "forget" or "ask_again" }; of a list of samples “take” (see suggestions.lua) and
“let_go”; and { deed = "panel" }, from which on it is the panel's hand, too: see panel.lua. It leaves rows there for the
jobs action to show: { key =, title =, phase =, message =, fraction = or nil }. Idle, a tick costs one look for a file that is
not there.
]]

local Listener = {}
Listener.__index = Listener

local POLL_SEC = 0.05 -- a tick is 0.1 s: look at every one
local TOLD = { remarked = true, failed = true, kept = true, lost = true }

return function(auxsend)
  local session, memory, host, spool, json = auxsend.session, auxsend.memory, auxsend.host, auxsend.spool, auxsend.json
  local say, suggestions, picking = auxsend.sentences.say, auxsend.suggestions, auxsend.picking

  function Listener.new()
    local listener = setmetatable({ renders = {}, unsaid = {}, faults = {}, is_changed = true }, Listener)
    listener:resume()
    local left = suggestions.list()
    if left then suggestions.drop(left) end
    return listener
  end

  --- A flow that has work goes on; one that has none is replaced, since it may have given up a bridge.
  function Listener:ready_flow()
    if not (self.flow and self.flow:is_busy()) then
      self.flow = auxsend.Flow.new({
        spool = spool, host = host, words = auxsend.sentences, command = auxsend.place.command, poll_sec = POLL_SEC,
      })
    end
    return self.flow
  end

  function Listener:resume()
    local verbs = {}
    for _, record in ipairs(memory.remembered()) do verbs[record.verb] = true end
    local flow = self:ready_flow()
    for verb in pairs(verbs) do flow:resume(verb) end
  end

  function Listener:tell(title, message)
    self.unsaid[#self.unsaid + 1] = ("%s: %s"):format(title, message)
  end

  -- Messages of the actions --------------------------------------------------------------------------------------------

  function Listener:flow_task(key)
    for _, task in ipairs(self.flow.tasks) do
      if task.key == key or task.record.id == key then return task end
    end
  end

  local function record_of(key)
    for _, record in ipairs(memory.remembered()) do
      if record.id == key then return record end
    end
  end

  local function let_go(record)
    host.forget(record)
    spool:forget(host.name, record.id)
  end

  --- Puts a kept result in by a way that the user chose; what cannot be put in stays.
  function Listener:put(key, insert)
    local record = record_of(key)
    local job = record and spool:poll(key)
    if not job or job.state ~= "done" then return end
    local is_in, sentence = insert(record, job.result)
    local remarks = is_in and auxsend.Flow.remarks(job.result, sentence) or sentence
    if remarks then self:tell(record.title, remarks) end
    if is_in then let_go(record) end
  end

  local DEEDS = {}

  function DEEDS.add(self, message) self:begin(message.order) end

  function DEEDS.panel(self)
    self.panel = self.panel or auxsend.panel.new(self)
    self.panel:open()
  end

  function DEEDS.cancel(self, message)
    local task = self:flow_task(message.key)
    if task then return self.flow:cancel(task) end
    for i, render in ipairs(self.renders) do
      if render.order.key == message.key then
        render:cancel()
        return table.remove(self.renders, i)
      end
    end
  end

  function DEEDS.insert(self, message) self:put(message.key, host.insert_where_it_was) end

  function DEEDS.insert_at_playhead(self, message) self:put(message.key, host.insert_at_playhead) end

  function DEEDS.forget(_, message)
    local record = record_of(message.key)
    if record then let_go(record) end
  end

  function DEEDS.ask_again(self) self:resume() end

  function DEEDS.take(self, message) picking.take(self, message) end

  function DEEDS.let_go(_, message) picking.let_go(message) end

  -- Steps --------------------------------------------------------------------------------------------------------------

  function Listener:add(order)
    local task = self:ready_flow():add({
      verb = order.verb, title = order.title, params = order.params, context = order.context,
    })
    task.key = order.key or auxsend.Spool.new_id()
  end

  --- Begins what an action has ordered, with what must be read first.
  function Listener:begin(order)
    order.key, order.context.run = auxsend.Spool.new_id(), host.run
    if order.render then
      self.renders[#self.renders + 1] = auxsend.render.new(order)
    else
      self:add(order)
    end
  end

  function Listener:step_render()
    local render = self.renders[1]
    if not render then return end
    local state, sentence = render:step()
    if state == "running" then return end
    table.remove(self.renders, 1)
    if state == "done" then return self:add(render.order) end
    self:tell(render.order.title, sentence)
  end

  function Listener:tell_ends()
    for _, task in ipairs(self.flow.tasks) do
      -- Of a use that the library could not be told nothing is said: the sample is in.
      if TOLD[task.phase] and not task.is_told and task.record.verb ~= "use" then
        task.is_told = true
        self:tell(task.title, task.message)
        if task.phase == "kept" then
          task.record.message = task.message
          memory.remember(task.record)
        end
      end
    end
  end

  --- What the jobs action shows.
  function Listener:rows()
    local rows, shown = json.array(), {}
    local function show(key, title, phase, message, fraction)
      rows[#rows + 1] = { key = key, title = title, phase = phase, message = message, fraction = fraction }
    end
    for _, render in ipairs(self.renders) do
      show(render.order.key, render.order.title, "reading", say("reading"), render.fraction)
    end
    for _, task in ipairs(self.flow.tasks) do
      if not auxsend.Flow.is_over(task) then
        local key = task.key or task.record.id
        shown[task.record.id or key] = true
        show(key, task.title, task.phase, task.message, task.fraction)
      end
    end
    local list = suggestions.list()
    if list and #list.pick.rows > 0 then show(list.key, list.title, "choose", say("row_choose", #list.pick.rows)) end
    for _, record in ipairs(memory.remembered()) do
      if not shown[record.id] then show(record.id, record.title, record.is_kept and "kept" or "lost", record.message) end
    end
    return rows
  end

  function Listener:write_rows()
    local rows = self:rows()
    local text = json.encode(rows)
    if text == self.written then return end
    self.written = text
    if #rows == 0 then return session.remove("rows") end
    session.write("rows", rows)
  end

  function Listener:step()
    local messages = session.post_all()
    for _, message in ipairs(messages) do DEEDS[message.deed](self, message) end
    self:step_render()
    self.flow:tick()
    local is_undone = auxsend.undo.follow()
    local is_busy = self.flow:is_busy() or #self.renders > 0
    if not (is_busy or is_undone or self.is_changed or #messages > 0) then return end
    self.is_changed = is_busy -- the tick after the last change still tells of it
    self:tell_ends()
    self:write_rows()
    collectgarbage() -- Ardour's objects must not be held from here
  end

  --- Tells the user what did not go as asked, one by one, but not while the transport rolls: a message takes the window,
  --- and Ardour holds its timers back while it is open.
  function Listener:say_next()
    if #self.unsaid == 0 then return end
    if auxsend.settings.messages == "log" then return session.log(table.remove(self.unsaid, 1)) end
    if Session:transport_rolling() then return end
    local text = table.remove(self.unsaid, 1)
    LuaDialog.Message("AuxSend", text, LuaDialog.MessageType.Info, LuaDialog.ButtonType.Close):run()
  end

  --- Does a part of a tick, whose faults stop no other part; what goes wrong at every tick is written down once.
  function Listener:attempt(name, deed, ...)
    local is_good, reason = pcall(deed, ...)
    if not is_good and reason ~= self.faults[name] then session.log(tostring(reason)) end
    self.faults[name] = not is_good and reason or nil
  end

  function Listener:tick()
    if self.is_in_tick then return end -- putting a file in lets Ardour's timers run
    self.is_in_tick = true
    self:attempt("step", self.step, self)
    if self.panel then self:attempt("panel", self.panel.tick, self.panel) end
    self:say_next()
    self:attempt("offer", picking.offer, self)
    self.is_in_tick = false
  end

  return Listener
end
