--[[ The action “suggest samples”: asks for what goes with the selected item, or with the user's words; shows a list; puts in
the sample that is chosen; and tells the library of it.

A window shows how far the first answer is, then the list takes its place. Nothing is left behind when the window is
closed: what was asked is cancelled, and only what the library is to remember is still told.
]]

local END_AND_START_AGAIN = 1 | 2 -- for set_action_options: a second start ends this run, then begins

local Suggestions = {}
Suggestions.__index = Suggestions

local function new_suggestions(auxsend, wanted, title)
  local suggestions = setmetatable({ auxsend = auxsend, title = title }, Suggestions)
  suggestions.pick = auxsend.Pick.new(auxsend.json, wanted)
  suggestions.flow = auxsend.flow(auxsend.host.passing(function(record, result)
    if record.verb == "suggest" then suggestions:show(result) end
    return true
  end))
  suggestions.note = auxsend.words.say("samples_hint")
  return suggestions
end

function Suggestions:send(verb, params)
  local order = { verb = verb, title = self.title, params = params, context = { host = self.auxsend.host.name } }
  return self.flow:add(order)
end

function Suggestions:ask()
  self.asked = self:send("suggest", self.pick:params())
end

--- Takes an answer: the list, or the sentence that stands for it.
function Suggestions:show(result)
  local is_list, key = self.pick:take(result)
  local words = self.auxsend.words
  self.note = words.say(is_list and "samples_hint" or key)
  if is_list then self.list = self.auxsend.pick_list.open() end
end

--- What is to be read of jobs that did not end well; of the latest of them.
function Suggestions:read_ends()
  for _, task in ipairs(self.flow.tasks) do
    if self.flow.is_over(task) and not task.is_read then
      task.is_read = true
      if task.phase ~= "inserted" then self.note = task.message end
    end
  end
end

-- What the user does -------------------------------------------------------------------------------------------------

local DEEDS = {}

function DEEDS.insert(self, row)
  local settings, projects = self.auxsend.settings, self.auxsend.projects
  local is_in, sentence = self.auxsend.samples.insert(projects.current(), { row }, settings.is_tempo_matched())
  if not is_in then
    self.note = sentence
    return
  end
  self:send("use", self.pick:use(row, "inserted"))
  self:close()
end

function DEEDS.listen(self, row)
  local Pick, words = self.auxsend.Pick, self.auxsend.words
  local key = Pick.hindrance(row, self.auxsend.files)
  self.note = key and words.say(key, row.name) or words.say("samples_hint")
  if key then return end
  self.auxsend.preview.toggle(row, (Pick.speed(row, self.auxsend.settings.is_tempo_matched())))
end

function DEEDS.more(self, row)
  if not self.flow.is_over(self.asked) then return end
  self:send("use", self.pick:use(row, "kept"))
  self.pick:more(row)
  self:ask()
end

function DEEDS.drop(self, row)
  self:send("use", self.pick:use(row, "skipped"))
  self.pick:drop(row)
  if #self.pick.rows == 0 and self.flow.is_over(self.asked) then self:ask() end
end

function DEEDS.tempo(self) self.auxsend.settings.switch_tempo_match() end

function DEEDS.esc(self) self:close() end

function DEEDS.closed(self)
  self.window.is_open = false
  self:close()
end

function Suggestions:close()
  self.auxsend.preview.stop()
  self.flow:cancel(self.asked)
  self.window:close()
end

-- Drawing ------------------------------------------------------------------------------------------------------------

function Suggestions:draw_waiting()
  local is_over = self.flow.is_over(self.asked)
  local words = self.auxsend.words
  local message = is_over and self.note or self.asked.message
  local buttons = is_over and {} or { words.say("button_cancel") }
  local row, pressed = self.window:draw({
    { title = self.title, message = message, fraction = self.asked.fraction, buttons = buttons },
  })
  if row or pressed then self:close() end
end

function Suggestions:draw_list()
  local settings = self.auxsend.settings
  local is_asking = not self.flow.is_over(self.asked)
  local deed, row = self.list:draw({
    rows = self.pick.rows,
    is_matched = settings.is_tempo_matched(),
    project_bpm = self.pick.wanted.project_bpm,
    note = is_asking and self.asked.message or self.note,
  })
  if deed and (row or deed == "esc" or deed == "closed" or deed == "tempo") then DEEDS[deed](self, row) end
end

--- One tick; returns whether another is needed: what the user did in this one has to go out yet.
function Suggestions:step()
  if self.window.is_open then
    if self.list then self:draw_list() else self:draw_waiting() end
  end
  local is_busy = self.flow:tick()
  self:read_ends()
  return self.auxsend.peaks.build() or is_busy or self.window.is_open
end

-- The start ----------------------------------------------------------------------------------------------------------

--- The words that the user looks for; nil if there are none.
local function ask_for_words(words)
  local is_given, text = reaper.GetUserInputs(words.say("title_suggest"), 1, words.say("sample_prompt") .. ",extrawidth=240", "")
  return is_given and text:match("^%s*(.-)%s*$") or nil
end

--- What to suggest for, and its name; or nothing and a sentence; or nothing at all where the user has thought better.
local function wanted_of(auxsend)
  local clip, name, sentence = auxsend.selection.clip()
  if sentence then return nil, name, sentence end
  local text
  if not clip then
    text = ask_for_words(auxsend.words)
    if not text then return nil end
    if text == "" then return nil, "AuxSend", auxsend.words.say("sample_text_empty") end
  end
  local project_bpm = auxsend.samples.quarter_bpm((auxsend.projects.current()))
  return { clip = clip, text = text, project = auxsend.projects.identity(), project_bpm = project_bpm }, name or text
end

--- Shows a sentence until it is read.
local function say(auxsend, title, sentence)
  local window = auxsend.window.open(auxsend.words.say("title_suggest"))
  local function tick()
    local _, pressed = window:draw({ { title = title, message = sentence, buttons = {} } })
    if pressed then window:close() end
    if window.is_open then reaper.defer(tick) end
  end
  tick()
end

return function(folder)
  if reaper.set_action_options then reaper.set_action_options(END_AND_START_AGAIN) end
  local auxsend = dofile(folder .. "load.lua")(folder)
  local wanted, title, sentence = wanted_of(auxsend)
  if sentence then return say(auxsend, title, sentence) end
  if not wanted then return end
  local suggestions = new_suggestions(auxsend, wanted, title)
  suggestions.window = auxsend.window.open(auxsend.words.say("title_suggest"))
  suggestions:ask()
  local function tick()
    local is_good, is_needed = pcall(suggestions.step, suggestions)
    if not is_good then
      suggestions:close()
      return say(auxsend, title, auxsend.words.say("internal_error", tostring(is_needed)))
    end
    if is_needed then reaper.defer(tick) end
  end
  tick()
end
