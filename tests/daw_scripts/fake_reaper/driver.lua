--[[ Puts the fake REAPER at the test's command: one JSON line in, { "do": name, "with": value }, one JSON line out.

usage: lua driver.lua FOLDER_OF_THE_FAKE FOLDER_OF_THE_SHARED_SCRIPTS
]]

FAKE = arg[1]
local json = dofile(arg[2] .. "json.lua")
local fake = dofile(FAKE .. "host.lua")
local rpp_text = dofile(FAKE .. "rpp.lua")
local model = fake.model

--- The fake asks the test for what plain Lua cannot do.
local function ask(question, path)
  io.stdout:write(assert(json.encode({ ask = question, path = path })), "\n")
  io.stdout:flush()
  return json.decode(io.read("l"))
end

function fake.list_folder(path) return ask("list", path) end
function fake.make_folder(path) return ask("make", path) and 1 or 0 end
function fake.getenv(name) return fake.environment and fake.environment[name] or os.getenv(name) end

local commands = {}

local function found(guid)
  for _, project in ipairs(model.projects) do
    for _, track in ipairs(project.tracks) do
      if track.guid == guid then return track, project end
      for i, item in ipairs(track.items) do
        if item.guid == guid then return item, project, track, i end
      end
    end
  end
  error("nothing has the GUID " .. guid)
end

function commands.new_project(with)
  model.new_project(with.path, with.media_folder)
  return #model.projects - 1
end

function commands.show_project(index) model.front = model.projects[index + 1] end

function commands.close_project(index)
  local closed = table.remove(model.projects, index + 1)
  if model.front == closed then model.front = model.projects[1] end
  fake.closed = closed
end

--- Opens a copy of the project in front, with the same GUIDs, in a tab of its own.
function commands.copy_project(path)
  local from = model.front
  local copy = model.new_project(path, from.media_folder)
  copy.tracks = model.copied(from.tracks)
end

--- Opens again what was closed, as from its file: nothing of it has the handles it had.
function commands.reopen_project()
  local opened = model.new_project(fake.closed.path, fake.closed.media_folder)
  opened.tracks, opened.ext = model.copied(fake.closed.tracks), fake.closed.ext
end

function commands.add_track(with)
  local track = model.new_track(with.values, with.name)
  table.insert(model.front.tracks, track)
  return track.guid
end

local function source_of(with)
  local source = with.file and assert(model.file_source(with.file), "no WAV: " .. tostring(with.file))
  for _, section in ipairs(with.sections or {}) do
    local length_sec = section.length_sec or source.length_sec
    source = model.section_source(source, section.offset_sec or 0, length_sec, section.is_reversed == true)
  end
  return source or { kind = "source", file = "", length_sec = 0 }
end

function commands.add_item(with)
  local track = found(with.track)
  local item = model.new_item(with.values)
  if with.has_take ~= false then
    item.take = model.new_take(with.take, with.name, source_of(with))
    item.take.is_midi, item.take.notes = with.notes ~= nil, with.notes or {}
    item.take.stretch_markers, item.take.envelopes = with.stretch_markers or 0, with.envelopes or 0
    item.take.fx = with.fx or {}
  end
  track.items[#track.items + 1] = item
  return item.guid
end

function commands.delete_item(guid)
  local _, _, track, index = found(guid)
  table.remove(track.items, index)
end

function commands.edit_item(with)
  local item = found(with.guid)
  for key, value in pairs(with.values or {}) do item.values[key] = value end
  for key, value in pairs(with.take or {}) do item.take.values[key] = value end
end

function commands.open_midi_editor(guid) fake.editor = { kind = "editor", take = found(guid).take } end
function commands.set_tempo(tempo) model.set_tempo(model.front, tempo) end
function commands.set_cursor(time_sec) model.front.cursor_sec = time_sec end
function commands.set_ext_state(with) model.ext_state["AuxSend/" .. with.key] = with.value end
function commands.set_up(with) for key, value in pairs(with) do fake[key] = value end end
function commands.select_track(guid)
  for _, track in ipairs(model.front.tracks) do track.values.I_SELECTED = track.guid == guid and 1 or 0 end
end

function commands.undo() return model.undo(model.front) end

function commands.run(with) fake.run_script(with.path, with.section) end

function commands.end_script(path) fake.end_script(path) end

function commands.tick(with)
  local running = #fake.runs
  for _ = 1, with.count do running = fake.tick(with.step_sec) end
  return running
end

-- The windows --------------------------------------------------------------------------------------------------------

local function window_of(title)
  for _, run in ipairs(fake.runs) do
    local window = run.gfx.window
    if window.is_open and (not title or window.title == title) then return window end
  end
end

function commands.texts()
  local texts = json.array()
  local window = window_of()
  for i, shown in ipairs(window and window.texts or {}) do texts[i] = shown.text end
  return texts
end

function commands.press_key(key) table.insert(window_of().keys, key) end
function commands.close_window() window_of().is_open = false end

function commands.click(with)
  local count = 0
  for _, shown in ipairs(window_of().texts) do
    if shown.text == with.label then count = count + 1 end
    if shown.text == with.label and count == with.number then
      return table.insert(window_of().clicks, { x = shown.x, y = shown.y })
    end
  end
  error("there is no button " .. with.label)
end

-- Reading ------------------------------------------------------------------------------------------------------------

local function source_state(source)
  if source.section then return { section = source.section, parent = source_state(source.parent) } end
  return { file = source.file }
end

--- A take's events, with the times at which the project's tempo map lets them sound.
local function events_of(project, item, take)
  local notes, messages = json.array(), json.array()
  local origin = model.quarters_at(project, item.values.D_POSITION)
  local function time_of(ppq) return model.time_at(project, origin + ppq / 960) end
  for i, note in ipairs(take.notes) do
    notes[i] = {
      pitch = note.pitch, velocity = note.velocity, channel = note.channel or 0, onset_sec = time_of(note.first_ppq),
      end_sec = time_of(note.last_ppq),
    }
  end
  for i, message in ipairs(take.messages) do
    messages[i] = {
      kind = message.kind, channel = message.channel, first = message.first, second = message.second,
      time_sec = time_of(message.ppq),
    }
  end
  return notes, messages
end

local function take_state(project, item, take)
  local state = {
    guid = take.guid, name = take.name, values = take.values, source = source_state(take.source), fx = json.array(take.fx),
  }
  if take.is_midi then state.notes, state.messages = events_of(project, item, take) end
  return state
end

local function item_state(project, item)
  local state = { guid = item.guid, values = item.values, notes = item.notes or "", take = json.null, takes = json.array() }
  for i, take in ipairs(model.takes_of(item)) do
    state.takes[i] = take_state(project, item, take)
    if take == item.take then state.take = state.takes[i] end
  end
  return state
end

function commands.project(index)
  local project = model.projects[index + 1]
  local tracks, undo, ext = json.array(), json.array(), json.array()
  for i, track in ipairs(project.tracks) do
    local items = json.array()
    for j, item in ipairs(track.items) do items[j] = item_state(project, item) end
    tracks[i] = { guid = track.guid, name = track.name, values = track.values, items = items }
  end
  for i, step in ipairs(project.undo) do undo[i] = step.label end
  for key in pairs(project.ext.AuxSend or {}) do ext[#ext + 1] = key end
  local tempo, markers = json.array(project.tempo), json.array(project.markers)
  return { tracks = tracks, undo = undo, remembered = ext, tempo = tempo, markers = markers }
end

function commands.rpp(index)
  local project = model.projects[index + 1]
  return rpp_text.project(project, function(item) return model.length_ppq(project, item) end)
end

function commands.figures()
  return {
    longest_tick_sec = fake.longest_tick_sec, start_sec = fake.start_sec or 0, commands = json.array(fake.commands),
    actions = json.array(fake.actions), now_sec = fake.now_sec, heard = json.array(fake.heard), toggled = fake.toggled,
  }
end

for line in io.lines() do
  local request = assert(json.decode(line))
  local is_good, value = xpcall(commands[request["do"]], debug.traceback, request.with)
  local answer = is_good and { value = value == nil and json.null or value } or { error = tostring(value) }
  io.stdout:write(assert(json.encode(answer)), "\n")
  io.stdout:flush()
end
