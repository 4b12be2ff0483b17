--[[ What a fake REAPER holds: projects with tracks, items, takes and sources, a tempo map and an undo stack.

Objects are plain tables here. Scripts only ever see handles, which hold nothing, and which are dead once their object
has left its project (deleted, undone, or the project closed): using a dead one is an error, as in REAPER it may crash.
]]

local model = { projects = {}, ext_state = {}, front = nil }

model.TRACK_DEFAULTS = {
  I_FOLDERDEPTH = 0, I_CUSTOMCOLOR = 0, D_VOL = 1, D_PAN = 0, D_WIDTH = 1, I_PANMODE = -1, D_DUALPANL = -1,
  D_DUALPANR = 1, C_BEATATTACHMODE = -1, B_MUTE = 0,
}
model.ITEM_DEFAULTS = {
  D_POSITION = 0, D_LENGTH = 0, D_VOL = 1, D_SNAPOFFSET = 0, C_BEATATTACHMODE = -1, B_LOOPSRC = 1, B_MUTE = 0, B_UISEL = 0,
  D_FADEINLEN = 0.01, D_FADEOUTLEN = 0.01, D_FADEINLEN_AUTO = -1, D_FADEOUTLEN_AUTO = -1, D_FADEINDIR = 0, D_FADEOUTDIR = 0,
  C_FADEINSHAPE = 0, C_FADEOUTSHAPE = 0,
}
model.TAKE_DEFAULTS = {
  D_STARTOFFS = 0, D_PLAYRATE = 1, D_VOL = 1, D_PAN = 0, D_PANLAW = -1, D_PITCH = 0, B_PPITCH = 1, I_PITCHMODE = -1,
  I_CHANMODE = 0,
}

local count = 0

local function guid()
  count = count + 1
  return ("{%08X-0000-4000-8000-%012X}"):format(count, count * 7919)
end

local function filled(defaults, values)
  local all = {}
  for key, value in pairs(defaults) do all[key] = value end
  for key, value in pairs(values or {}) do
    assert(defaults[key] ~= nil, "unknown value " .. key)
    all[key] = value
  end
  return all
end

-- Handles ------------------------------------------------------------------------------------------------------------

local objects = setmetatable({}, { __mode = "k" })
local handles = setmetatable({}, { __mode = "k" })
local OPAQUE = {
  __index = function() error("a handle of REAPER holds nothing", 2) end,
  __newindex = function() error("a handle of REAPER holds nothing", 2) end,
}

function model.handle(object)
  if not object then return nil end
  if not handles[object] then
    handles[object] = setmetatable({}, OPAQUE)
    objects[handles[object]] = object
  end
  return handles[object]
end

--- Where in its project an object is: the project, the track, the item; nothing if it has left.
function model.owner(object)
  for _, project in ipairs(model.projects) do
    if project == object then return project end
    for _, track in ipairs(project.tracks) do
      if track == object then return project, track end
      for _, item in ipairs(track.items) do
        if item == object or item.take == object then return project, track, item end
      end
    end
  end
  return nil
end

function model.object(handle, kind)
  local object = objects[handle]
  if not object or object.kind ~= kind then return nil end
  if kind == "source" or kind == "editor" or model.owner(object) then return object end
  error("a " .. kind .. " is used that is not there any more", 0)
end

-- Building -----------------------------------------------------------------------------------------------------------

function model.new_project(path, media_folder)
  local project = {
    kind = "project", path = path, media_folder = media_folder, tracks = {}, ext = {}, undo = {}, block_depth = 0,
    tempo = { { time_sec = 0, bpm = 120 } }, cursor_sec = 0,
  }
  model.projects[#model.projects + 1] = project
  model.front = project
  return project
end

function model.new_track(values, name)
  return { kind = "track", guid = guid(), name = name or "", values = filled(model.TRACK_DEFAULTS, values), items = {} }
end

function model.new_item(values)
  return { kind = "item", guid = guid(), values = filled(model.ITEM_DEFAULTS, values) }
end

function model.new_take(values, name, source)
  return {
    kind = "take", guid = guid(), name = name or "", values = filled(model.TAKE_DEFAULTS, values), source = source,
    stretch_markers = 0, envelopes = 0, fx = {}, notes = {},
  }
end

--- Length, rate and channels of a WAV file, from the heads of its chunks; nil if it is none.
local function read_wave(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local head, length_sec = file:read(12) or "", nil
  local rate_hz, channels, frame_bytes
  while head:sub(1, 4) == "RIFF" and not length_sec do
    local chunk = file:read(8)
    if not chunk or #chunk < 8 then break end
    local name, size = chunk:sub(1, 4), ("<I4"):unpack(chunk, 5)
    local format = name == "fmt " and file:read(size)
    if format then channels, rate_hz, frame_bytes = ("<I2I4xxxxI2"):unpack(format, 3) end
    if name == "data" then length_sec = size / frame_bytes / rate_hz end
    if not format then file:seek("cur", size + size % 2) end
  end
  file:close()
  return length_sec, rate_hz, channels
end

function model.file_source(path)
  local length_sec, rate_hz, channels = read_wave(path)
  if not length_sec then return nil end
  return { kind = "source", file = path, length_sec = length_sec, sample_rate_hz = rate_hz, channels = channels }
end

function model.section_source(parent, offset_sec, length_sec, is_reversed)
  local section = { offset_sec = offset_sec, length_sec = length_sec, is_reversed = is_reversed }
  return { kind = "source", parent = parent, section = section, file = "", length_sec = length_sec }
end

-- Undo: the tracks as they were, with the same GUIDs; what is restored has new handles. ------------------------------

function model.copied(value)
  if type(value) ~= "table" or value.kind == "source" then return value end
  local copy = {}
  for key, part in pairs(value) do copy[key] = model.copied(part) end
  return copy
end

function model.begin_block(project)
  if project.block_depth == 0 then project.before = model.copied(project.tracks) end
  project.block_depth = project.block_depth + 1
end

function model.end_block(project, label)
  assert(project.block_depth > 0, "an undo block is ended that was not begun")
  project.block_depth = project.block_depth - 1
  if project.block_depth == 0 then
    project.undo[#project.undo + 1] = { label = label, tracks = project.before }
  end
end

function model.undo(project)
  local step = table.remove(project.undo)
  if step then project.tracks = step.tracks end
  return step ~= nil
end

--- Every change of a project by a script must be a part of an undo step.
function model.require_block(object)
  local project = model.owner(object)
  assert(project.block_depth > 0, "the project was changed outside an undo block")
  return project
end

-- Tempo: the map is a list of { time_sec =, bpm = } without ramps. ---------------------------------------------------

function model.quarters_at(project, time_sec)
  local quarters = 0
  for i, point in ipairs(project.tempo) do
    local next_point = project.tempo[i + 1]
    local end_sec = next_point and math.min(next_point.time_sec, time_sec) or time_sec
    if end_sec > point.time_sec then quarters = quarters + (end_sec - point.time_sec) * point.bpm / 60 end
  end
  return quarters
end

function model.time_at(project, quarters)
  for i, point in ipairs(project.tempo) do
    local next_point = project.tempo[i + 1]
    local here = model.quarters_at(project, point.time_sec)
    if not next_point or quarters < model.quarters_at(project, next_point.time_sec) then
      return point.time_sec + (quarters - here) * 60 / point.bpm
    end
  end
end

--- Sets the tempo map; items whose timebase is beats (1) move and stretch with it, others stay.
function model.set_tempo(project, tempo)
  local in_beats = {}
  for _, track in ipairs(project.tracks) do
    for _, item in ipairs(track.items) do
      local values = item.values
      local mode = values.C_BEATATTACHMODE >= 0 and values.C_BEATATTACHMODE or track.values.C_BEATATTACHMODE
      local first = model.quarters_at(project, values.D_POSITION)
      local last = model.quarters_at(project, values.D_POSITION + values.D_LENGTH)
      if mode == 1 then in_beats[#in_beats + 1] = { item = item, first = first, last = last } end
    end
  end
  project.tempo = tempo
  for _, moved in ipairs(in_beats) do
    local values, before_sec = moved.item.values, moved.item.values.D_LENGTH
    values.D_POSITION = model.time_at(project, moved.first)
    values.D_LENGTH = model.time_at(project, moved.last) - values.D_POSITION
    local take = moved.item.take.values
    take.D_PLAYRATE = take.D_PLAYRATE * before_sec / values.D_LENGTH
  end
end

return model
