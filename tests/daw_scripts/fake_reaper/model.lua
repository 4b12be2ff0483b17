--[[ What a fake REAPER holds: projects with tracks, items, takes and sources, a tempo map and an undo stack.

Objects are plain tables here. Scripts only ever see handles, which hold nothing, and which are dead once their object
has left its project (deleted, undone, or the project closed): using a dead one is an error, as in REAPER it may crash.
]]

local model = { projects = {}, ext_state = {}, front = nil }

model.TRACK_DEFAULTS = {
  I_FOLDERDEPTH = 0, I_CUSTOMCOLOR = 0, D_VOL = 1, D_PAN = 0, D_WIDTH = 1, I_PANMODE = -1, D_DUALPANL = -1,
  D_DUALPANR = 1, C_BEATATTACHMODE = -1, B_MUTE = 0, I_SELECTED = 0,
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
        for _, take in ipairs(item.takes or {}) do
          if take == object then return project, track, item end
        end
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
    tempo = {}, markers = {}, cursor_sec = 0,
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

--- All takes of an item; `take` is the active one, and `takes` is there where it is not the only one.
function model.takes_of(item)
  return item.takes or { item.take }
end

function model.new_take(values, name, source)
  return {
    kind = "take", guid = guid(), name = name or "", values = filled(model.TAKE_DEFAULTS, values), source = source,
    stretch_markers = 0, envelopes = 0, fx = {}, notes = {}, messages = {},
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

-- Undo: tracks, tempo and markers as they were, with the same GUIDs; what is restored has new handles. ----------------

function model.copied(value, copies)
  if type(value) ~= "table" or value.kind == "source" then return value end
  copies = copies or {} -- what is there twice is one thing in the copy, too
  if copies[value] then return copies[value] end
  local copy = {}
  copies[value] = copy
  for key, part in pairs(value) do copy[key] = model.copied(part, copies) end
  return copy
end

local UNDONE = { "tracks", "tempo", "markers" }

function model.begin_block(project)
  if project.block_depth == 0 then
    project.before = {}
    for _, part in ipairs(UNDONE) do project.before[part] = model.copied(project[part]) end
  end
  project.block_depth = project.block_depth + 1
end

function model.end_block(project, label)
  assert(project.block_depth > 0, "an undo block is ended that was not begun")
  project.block_depth = project.block_depth - 1
  if project.block_depth == 0 then
    project.undo[#project.undo + 1] = { label = label, parts = project.before }
  end
end

function model.undo(project)
  local step = table.remove(project.undo)
  for part, before in pairs(step and step.parts or {}) do project[part] = before end
  return step ~= nil
end

--- Whether a take's events were put in and not sorted yet.
function model.has_unsorted(project)
  for _, track in ipairs(project.tracks) do
    for _, item in ipairs(track.items) do
      for _, take in ipairs(model.takes_of(item)) do
        if take.is_unsorted then return true end
      end
    end
  end
  return false
end

--- Every change of a project by a script must be a part of an undo step.
function model.require_block(object)
  local project = model.owner(object)
  assert(project.block_depth > 0, "the project was changed outside an undo block")
  return project
end

-- Tempo: the map is a list of { time_sec =, bpm =, is_linear = }; a linear one glides, evenly in time, to the next. Before
-- the first of them, and where there is none, a project has its own tempo.

local DEFAULT_BPM = 120

--- Calls `visit(time_sec, end_sec or nil, bpm, bpm at the end)` for each stretch of the map until it returns something.
local function each_stretch(project, visit)
  local first = project.tempo[1]
  local found = (not first or first.time_sec > 0) and visit(0, first and first.time_sec, DEFAULT_BPM, DEFAULT_BPM)
  if found then return found end
  for i, point in ipairs(project.tempo) do
    local follower = project.tempo[i + 1]
    local end_bpm = point.is_linear and follower and follower.bpm or point.bpm
    found = visit(point.time_sec, follower and follower.time_sec, point.bpm, end_bpm)
    if found then return found end
  end
end

--- Quarters from the beginning of a stretch, after so many seconds in it.
local function quarters_in(elapsed_sec, length_sec, bpm, end_bpm)
  local slope = length_sec and (end_bpm - bpm) / length_sec or 0
  return (bpm + slope * elapsed_sec / 2) * elapsed_sec / 60
end

function model.quarters_at(project, time_sec)
  local quarters = 0
  each_stretch(project, function(begin_sec, end_sec, bpm, end_bpm)
    local until_sec = end_sec and math.min(end_sec, time_sec) or time_sec
    local elapsed_sec = math.max(0, until_sec - begin_sec)
    quarters = quarters + quarters_in(elapsed_sec, end_sec and end_sec - begin_sec, bpm, end_bpm)
  end)
  return quarters
end

function model.time_at(project, quarters)
  local here = 0
  return each_stretch(project, function(begin_sec, end_sec, bpm, end_bpm)
    local length_sec = end_sec and end_sec - begin_sec
    local whole = length_sec and quarters_in(length_sec, length_sec, bpm, end_bpm)
    if whole and here + whole <= quarters then
      here = here + whole
      return nil
    end
    -- The root of slope / 2 * t^2 + bpm * t = 60 * quarters, in the form that also holds without a slope.
    local slope, left = length_sec and (end_bpm - bpm) / length_sec or 0, 60 * (quarters - here)
    return begin_sec + 2 * left / (bpm + math.sqrt(bpm * bpm + 2 * slope * left))
  end)
end

--- How many ticks of 1/960 quarter an item is long.
function model.length_ppq(project, item)
  local first_sec = item.values.D_POSITION
  local quarters = model.quarters_at(project, first_sec + item.values.D_LENGTH) - model.quarters_at(project, first_sec)
  return math.floor(quarters * 960 + 0.5)
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
