--[[ Notes and messages as the bytes of a standard MIDI file, in the ticks of Ardour's own tempo map.

    midi_file.bytes(parts, length_sec, tick_at) -> bytes

A part is { channel =, notes =, messages = } with what shared/midi.lua gives of a track; `tick_at(time_sec)` is the tick of a
moment, both counted from the beginning of the item. The file is of format 0 and says nothing of tempo: a tick is Ardour's,
so Ardour is to ignore the tempo when it reads the file. Ardour keeps each controller on its own, and of two values at one
tick the last: so no two messages share a tick.
]]

local midi_file = {}

local TICKS_PER_QUARTER = 1920 -- Ardour's resolution
local NOTE_OFF, NOTE_ON = 0x80, 0x90
local TWO_BYTES = { [0xC0] = true, [0xD0] = true } -- messages with one byte of data
local RELEASE_VELOCITY = 64
local END_OF_TRACK = "\xFF\x2F\0"
local OFF, MESSAGE, ON = 1, 2, 3 -- what comes first at one tick

--- A number in as many bytes of seven bits as it needs, the first ones marked.
local function variable(number)
  local bytes = string.char(number & 0x7F)
  while number > 0x7F do
    number = number >> 7
    bytes = string.char(number & 0x7F | 0x80) .. bytes
  end
  return bytes
end

local function add_part(part, add, tick_at)
  local free = 0 -- the first tick without a message
  for _, message in ipairs(part.messages) do
    local data = TWO_BYTES[message.status] and { message.first } or { message.first, message.second }
    local tick = math.max(free, tick_at(message.time_sec))
    free = tick + 1
    add(tick, MESSAGE, message.status | part.channel, table.unpack(data))
  end
  for _, note in ipairs(part.notes) do
    local first = tick_at(note.onset_sec)
    add(first, ON, NOTE_ON | part.channel, note.pitch, note.velocity)
    add(math.max(first + 1, tick_at(note.end_sec)), OFF, NOTE_OFF | part.channel, note.pitch, RELEASE_VELOCITY)
  end
end

local function events_of(parts, tick_at)
  local events = {}
  local function add(tick, rank, ...)
    events[#events + 1] = { tick = tick, rank = rank, place = #events, bytes = string.char(...) }
  end
  for _, part in ipairs(parts) do add_part(part, add, tick_at) end
  table.sort(events, function(a, b)
    if a.tick ~= b.tick then return a.tick < b.tick end
    if a.rank ~= b.rank then return a.rank < b.rank end
    return a.place < b.place
  end)
  return events
end

function midi_file.bytes(parts, length_sec, tick_at)
  local pieces, tick = {}, 0
  for _, event in ipairs(events_of(parts, tick_at)) do
    pieces[#pieces + 1] = variable(event.tick - tick) .. event.bytes
    tick = event.tick
  end
  pieces[#pieces + 1] = variable(math.max(0, tick_at(length_sec) - tick)) .. END_OF_TRACK
  local body = table.concat(pieces)
  return string.pack(">c4I4I2I2I2c4I4", "MThd", 6, 0, 1, TICKS_PER_QUARTER, "MTrk", #body) .. body
end

return function() return midi_file end
