--[[ What a transcription is in MIDI, for all hosts; times are seconds from the beginning of the item.

    midi.is_result(result)                   -> whether it has all that a transcription's result has
    midi.sounding(result)                    -> its tracks that have notes
    midi.findings(result, say)               -> what was found out beside the notes, in sentences; empty if nothing
    midi.channel(track)                      -> 0 to 15
    midi.notes(track, length_sec)            -> list of { pitch =, velocity =, onset_sec =, end_sec = }, ordered by onset
    midi.messages(track, length_sec, range)  -> list of { time_sec =, status =, first =, second = }, ordered by time

`result` is the bridge's, `track` one of its tracks, `range` its bend_range_semitones. A status is that of channel 0.
]]

local midi = {}

local SAME_SEC = 1e-3 -- nobody plays a key twice within a millisecond
local DRUM_CHANNEL = 9 -- General MIDI's channel 10
local CONTROL_CHANGE, PROGRAM_CHANGE, PITCH_BEND = 0xB0, 0xC0, 0xE0
local BEND_CENTRE, MOST_BEND = 8192, 16383
local RPN_MSB, RPN_LSB, DATA_MSB, DATA_LSB = 101, 100, 6, 38
local BEND_RANGE_RPN, NO_RPN = 0, 127

local FIELDS = { -- of a result
  tracks = "table", tempo = "table", time_signatures = "table", beats = "table", chords = "table", length_sec = "number",
  bend_range_semitones = "number", key = "string", choice = "string", midi_file = "string",
}

function midi.is_result(result)
  if type(result) ~= "table" then return false end
  for name, kind in pairs(FIELDS) do
    if type(result[name]) ~= kind then return false end
  end
  return true
end

function midi.sounding(result)
  local list = {}
  for _, track in ipairs(result.tracks) do
    if #track.notes > 0 then list[#list + 1] = track end
  end
  return list
end

function midi.findings(result, say)
  local lines = {}
  if result.choice ~= "" then lines[#lines + 1] = result.choice end
  if result.key ~= "" then lines[#lines + 1] = say("found_key", result.key) end
  return table.concat(lines, "\n")
end

function midi.channel(track)
  return track.is_drum and DRUM_CHANNEL or 0
end

function midi.notes(track, length_sec)
  local notes, latest = {}, {} -- latest: the last note of each pitch
  for _, row in ipairs(track.notes) do
    local pitch, velocity, onset_sec, duration_sec = table.unpack(row, 1, 4)
    local before = latest[pitch]
    if onset_sec < length_sec and not (before and onset_sec - before.onset_sec < SAME_SEC) then
      -- One channel holds one note of a pitch: the end of the first would end the second, too.
      if before then before.end_sec = math.min(before.end_sec, onset_sec) end
      latest[pitch] = {
        pitch = pitch, velocity = velocity, onset_sec = onset_sec, end_sec = math.min(onset_sec + duration_sec, length_sec),
      }
      notes[#notes + 1] = latest[pitch]
    end
  end
  return notes
end

local function message(time_sec, status, first, second)
  return { time_sec = time_sec, status = status, first = first, second = second }
end

local function bend(time_sec, semitones, range)
  local value = math.floor(BEND_CENTRE * (1 + semitones / range) + 0.5)
  value = math.max(0, math.min(MOST_BEND, value))
  return message(time_sec, PITCH_BEND, value & 0x7F, value >> 7)
end

--- Tells an instrument how far the ends of its pitch wheel are, and lets the wheel stand in its middle.
local function bend_range(range)
  local cents = math.floor(range % 1 * 100 + 0.5)
  local list = {}
  for i, pair in ipairs({
    { RPN_MSB, BEND_RANGE_RPN }, { RPN_LSB, BEND_RANGE_RPN }, { DATA_MSB, math.floor(range) }, { DATA_LSB, cents },
    { RPN_MSB, NO_RPN }, { RPN_LSB, NO_RPN },
  }) do list[i] = message(0, CONTROL_CHANGE, pair[1], pair[2]) end
  list[#list + 1] = bend(0, 0, range)
  return list
end

function midi.messages(track, length_sec, range)
  local messages = {}
  local function add(new) messages[#messages + 1] = new end
  if not track.is_drum then add(message(0, PROGRAM_CHANGE, track.program, 0)) end
  for _, first in ipairs(#track.bends > 0 and bend_range(range) or {}) do add(first) end
  for _, change in ipairs(track.control_changes) do add(message(change[3], CONTROL_CHANGE, change[1], change[2])) end
  for _, point in ipairs(track.bends) do add(bend(point[1], point[2], range)) end
  for place, one in ipairs(messages) do one.place = place end
  table.sort(messages, function(a, b)
    if a.time_sec ~= b.time_sec then return a.time_sec < b.time_sec end
    return a.place < b.place
  end)
  while messages[#messages] and messages[#messages].time_sec > length_sec do messages[#messages] = nil end
  return messages
end

return midi
