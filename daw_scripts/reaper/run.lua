--[[ Runs one verb on what is selected: asks the bridge, shows how far it is, and puts the results in.

Started again while it runs, a script takes up the jobs of its earlier run: REAPER 7 ends that one without a question
(set_action_options), REAPER 6 asks.
]]

local END_AND_START_AGAIN = 1 | 2 -- for set_action_options: a second start ends this run, then begins
local QUIET_ENDS = { inserted = true, cancelled = true }

local function is_read(rows)
  for _, row in ipairs(rows) do
    if not QUIET_ENDS[row.phase] then return false end
  end
  return true
end

--- The rows of the window: what was refused at once, then the tasks.
local function rows_of(flow, refusals, words)
  local rows = {}
  for _, refusal in ipairs(refusals) do
    rows[#rows + 1] = { title = refusal.title, message = refusal.message, phase = refusal.phase, buttons = {} }
  end
  for _, task in ipairs(flow.tasks) do
    local buttons = flow.is_over(task) and {} or { words.say("button_cancel") }
    rows[#rows + 1] =
      { title = task.title, message = task.message, fraction = task.fraction, phase = task.phase, buttons = buttons, task = task }
  end
  return rows
end

--- One tick; returns whether another is needed.
local function step(auxsend, flow, refusals, window)
  local is_busy = flow:tick()
  local is_drawing_peaks = auxsend.peaks.build()
  local rows = rows_of(flow, refusals, auxsend.words)
  if window.is_open then
    local row, pressed = window:draw(rows)
    if row and row.task then flow:cancel(row.task) end
    if pressed == "esc" and is_busy then flow:cancel_all() end
    if pressed == "esc" and not is_busy then window:close() end
  end
  if is_busy or is_drawing_peaks then return true end
  if is_read(rows) then window:close() end
  return window.is_open
end

return function(folder, verb)
  if reaper.set_action_options then reaper.set_action_options(END_AND_START_AGAIN) end
  local auxsend = dofile(folder .. "load.lua")(folder)
  local words = auxsend.words
  local _, _, section = reaper.get_action_context()
  local orders, refusals = auxsend.selection.orders(verb, section)
  local flow = auxsend.flow()
  flow:resume(verb)
  for _, order in ipairs(orders) do flow:add(order) end
  if #flow.tasks == 0 and #refusals == 0 then
    local key = verb == "continue" and "select_midi" or "select_audio"
    refusals[1] = { title = "AuxSend", phase = "failed", message = words.say(key) }
  end
  local window = auxsend.window.open(words.say("title_" .. verb))
  local function tick()
    local is_good, is_needed = pcall(step, auxsend, flow, refusals, window)
    if not is_good then
      local reason = words.say("internal_error", tostring(is_needed))
      flow.tasks, refusals = {}, { { title = "AuxSend", phase = "failed", message = reason } }
    end
    if is_needed then reaper.defer(tick) end
  end
  tick()
end
