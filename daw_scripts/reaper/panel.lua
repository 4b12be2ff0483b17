--[[ The action “panel”: opens the panel in a browser, and from then on is the panel's hand in REAPER, without a window.

It tells the bridge what is selected, and does what is ordered in the panel: puts samples and results in, and starts the
other actions. Started again, it opens the panel again. It runs until REAPER ends, or its user ends it; the action's state
in toolbars and menus is on for so long. A window opens only where something could not be done.
]]

local END_AND_START_AGAIN = 1 | 2 -- for set_action_options: a second start ends this run, then begins
local ON, OFF = 1, 0

local Panel = {}
Panel.__index = Panel

local function new_panel(auxsend)
  local panel = setmetatable({ auxsend = auxsend, rows = {} }, Panel)
  panel.adapter = auxsend.host.passing(function(record, result) return panel:take(record, result) end)
  panel.flow = auxsend.flow(panel.adapter)
  panel.companion = auxsend.Companion.new({
    spool = auxsend.spool, words = auxsend.words, name = auxsend.host.name, clock = auxsend.host.clock,
    look = auxsend.told.look, tell = auxsend.told.tell, deeds = panel:deeds(),
    complain = function(sentence) panel:complain(sentence) end,
  })
  return panel
end

-- What is ordered ----------------------------------------------------------------------------------------------------

function Panel:insert_samples(order)
  local auxsend, project = self.auxsend, self.auxsend.projects.current()
  local is_known = auxsend.Pick.are_rows(order.rows) and #order.rows > 0
  if not is_known then return self:complain(auxsend.words.say("result_unknown")) end
  local is_in, sentence = auxsend.samples.insert(project, order.rows, (tonumber(order.project_bpm) or 0) > 0)
  if not is_in then return self:complain(sentence) end
  local pick = auxsend.Pick.new(auxsend.json, { project = auxsend.projects.identity() })
  for _, row in ipairs(order.rows) do self:send("use", pick:use(row, "inserted")) end
end

function Panel:insert_job(order)
  local is_in, sentence = self.auxsend.host.insert_job(order.job)
  local said = is_in and self.auxsend.Flow.remarks(order.job.result, sentence) or sentence
  if said then self:complain(said) end
end

function Panel:start(order)
  local auxsend = self.auxsend
  local is_begun, file = auxsend.actions.start(auxsend.folder, order.deed)
  if not is_begun then self:complain(auxsend.words.say("actions_refused", file)) end
end

function Panel:deeds()
  local deeds = {
    insert_samples = function(order) self:insert_samples(order) end,
    insert_job = function(order) self:insert_job(order) end,
  }
  for _, action in ipairs(self.auxsend.actions.list) do
    if action.deed then deeds[action.deed] = function(order) self:start(order) end end
  end
  return deeds
end

-- What is asked ------------------------------------------------------------------------------------------------------

function Panel:send(verb, params)
  if not self.flow:is_busy() then self.flow = self.auxsend.flow(self.adapter) end -- what has ended need not be kept
  self.flow:add({ verb = verb, title = "AuxSend", params = params, context = { host = self.auxsend.host.name } })
end

function Panel:take(record, result)
  if record.verb ~= "panel" then return true end
  local url = type(result) == "table" and result.url
  if not self.auxsend.browser.open(url) then self:complain(self.auxsend.words.say("result_unknown")) end
  return true
end

--- Says why the panel could not be opened. That the library could not be told of a use is not said: the sample is in.
function Panel:read_ends()
  for _, task in ipairs(self.flow.tasks) do
    if self.flow.is_over(task) and not task.is_read then
      task.is_read = true
      if task.record.verb == "panel" and task.phase ~= "inserted" then self:complain(task.message) end
    end
  end
end

-- The window ---------------------------------------------------------------------------------------------------------

function Panel:complain(sentence)
  self.rows[#self.rows + 1] = { title = "AuxSend", message = sentence, buttons = {} }
end

function Panel:draw()
  if #self.rows == 0 then return end
  self.window = self.window or self.auxsend.window.open(self.auxsend.words.say("title_panel"))
  local _, pressed = self.window:draw(self.rows)
  if pressed then
    self.window:close()
    self.window, self.rows = nil, {}
  end
end

function Panel:step()
  self.flow:tick()
  self:read_ends()
  self.auxsend.peaks.build()
  self:draw()
  self.companion:tick() -- last, so that a fault in it is drawn
end

local function show_state(state)
  local _, _, section, command = reaper.get_action_context()
  reaper.SetToggleCommandState(section, command, state)
  reaper.RefreshToolbar2(section, command)
end

return function(folder)
  if reaper.set_action_options then reaper.set_action_options(END_AND_START_AGAIN) end
  local auxsend = dofile(folder .. "load.lua")(folder)
  local panel = new_panel(auxsend)
  panel:send("panel", {})
  show_state(ON)
  reaper.atexit(function()
    panel.companion:stop()
    show_state(OFF)
  end)
  local function tick()
    local is_good, reason = pcall(panel.step, panel)
    if not is_good and reason ~= panel.reason then
      panel:complain(auxsend.words.say("internal_error", tostring(reason)))
    end
    panel.reason = not is_good and reason or nil -- what goes wrong at every tick is said once
    reaper.defer(tick)
  end
  tick()
end
