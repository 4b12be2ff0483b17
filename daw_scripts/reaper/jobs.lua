--[[ All jobs of this user's REAPER in one window: those of the open projects, and those whose project is closed.

A result that found no place can be put in at its item (wherever that is now) or at the edit cursor, or be let go.
]]

local POLL_SEC = 0.5
local ENDED = { done = true, failed = true, cancelled = true } -- such a job changes no more, and its result may be long
local MOST_FILES_PER_TICK = 4

--- Ids of the jobs that the bridge still tells of, whichever project they are from.
local function told_ids(spool)
  local ids, i = {}, 0
  local folder = spool.folder .. package.config:sub(1, 1) .. "jobs"
  reaper.EnumerateFiles(folder, -1) -- reads the folder anew
  while true do
    local name = reaper.EnumerateFiles(folder, i)
    if not name then return ids end
    ids[#ids + 1] = name:match("^([%w_-]+)%.json$")
    i = i + 1
  end
end

local function title_of(words, record)
  return words.say("job_title", record.title or record.context.name or "", words.say("job_of_" .. record.verb))
end

--- Adds the jobs that no open project remembers, a few files at a time; `row` is nil where a job is not REAPER's.
local function collect(auxsend, state)
  for _ = 1, MOST_FILES_PER_TICK do
    local id = table.remove(state.unread)
    if not id then return end
    local job = not state.known[id] and auxsend.spool:poll(id)
    local context = job and job.context
    if type(context) == "table" and context.host == "reaper" and context.item_values then
      state.known[id] = true
      state.rows[#state.rows + 1] = { record = { id = id, verb = job.verb, title = context.name, context = context }, due = 0 }
    end
  end
end

local function buttons_of(auxsend, row)
  local words, job = auxsend.words, row.job
  if row.is_over then return {} end
  if not job then return { words.say("button_forget") } end
  if job.state == "queued" or job.state == "running" then return { words.say("button_cancel") } end
  if job.state ~= "done" then return { words.say("button_forget") } end
  local at_item = auxsend.host.item_spot(row.record.context) and { words.say("button_item") } or {}
  table.move({ words.say("button_cursor"), words.say("button_forget") }, 1, 2, #at_item + 1, at_item)
  return at_item
end

local function refresh(auxsend, row, now)
  if row.is_over or row.due > now then return false end
  local words = auxsend.words
  row.due = now + POLL_SEC
  if not (row.job and ENDED[row.job.state]) then row.job = auxsend.spool:poll(row.record.id) end
  local job = row.job
  row.title, row.fraction = title_of(words, row.record), job and tonumber(job.fraction)
  if not job then
    row.message = words.say("job_unknown")
  elseif job.state == "failed" then
    row.message = type(job.error) == "table" and job.error.message or words.say("failed")
  else
    row.message = words.say("job_" .. job.state)
  end
  row.buttons = buttons_of(auxsend, row)
  return true
end

local function finish(row, message)
  row.is_over, row.message, row.fraction, row.buttons = true, message, nil, {}
end

local function let_go(auxsend, row, message)
  auxsend.host.forget(row.record)
  auxsend.spool:forget(auxsend.host.name, row.record.id)
  finish(row, message)
end

--- Puts a result in where the user said; what cannot be put in stays.
local function insert(auxsend, row, spot, is_at_item)
  local is_in, sentence = auxsend.host.insert_at(spot, row.record, row.job.result, is_at_item)
  if is_in then
    return let_go(auxsend, row, auxsend.Flow.remarks(row.job.result, sentence) or auxsend.words.say("inserted"))
  end
  row.message, row.due = sentence, math.huge
end

local function press(auxsend, row, label)
  local words, context = auxsend.words, row.record.context
  if label == words.say("button_cancel") then
    auxsend.spool:cancel(auxsend.host.name, row.record.id)
    row.message, row.buttons = words.say("cancelling"), {}
  elseif label == words.say("button_item") then
    local spot = auxsend.host.item_spot(context)
    if spot then insert(auxsend, row, spot, true) end
  elseif label == words.say("button_cursor") then
    insert(auxsend, row, auxsend.host.cursor_spot(context), false)
  else
    let_go(auxsend, row, words.say("job_forgotten"))
  end
end

local function step(auxsend, state, window)
  collect(auxsend, state)
  local now, polled = auxsend.host.clock(), 0
  for _, row in ipairs(state.rows) do
    if polled < MOST_FILES_PER_TICK and refresh(auxsend, row, now) then polled = polled + 1 end
  end
  local is_drawing_peaks = auxsend.peaks.build()
  local rows = {}
  for _, row in ipairs(state.rows) do rows[#rows + 1] = row.title and row or nil end
  if #rows == 0 then rows = { { title = "AuxSend", message = auxsend.words.say("no_jobs"), buttons = {} } } end
  for i, row in ipairs(auxsend.settings.rows()) do table.insert(rows, i, row) end
  if window.is_open then
    local row, pressed = window:draw(rows)
    if row and row.record then press(auxsend, row, pressed) end
    if row and not row.record then auxsend.settings.press(pressed) end
    if pressed == "esc" then window:close() end
  end
  return window.is_open or is_drawing_peaks
end

return function(folder)
  if reaper.set_action_options then reaper.set_action_options(1 | 2) end
  local auxsend = dofile(folder .. "load.lua")(folder)
  local state = { rows = {}, known = {}, unread = told_ids(auxsend.spool) }
  for _, record in ipairs(auxsend.host.remembered()) do
    state.known[record.id] = true
    state.rows[#state.rows + 1] = { record = record, due = 0 }
  end
  local window = auxsend.window.open(auxsend.words.say("title_jobs"))
  local function tick()
    if step(auxsend, state, window) then reaper.defer(tick) end
  end
  tick()
end
