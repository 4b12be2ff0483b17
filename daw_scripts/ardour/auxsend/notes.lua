--[[ The result of a transcription: a MIDI track per instrument below the source's, each with one region of its length.

    notes.insert(record, result, position, region, below) -> true and a remark or nothing, or nil and a sentence

Ardour's Lua has no function that makes an empty MIDI region. So a MIDI file is written, in the ticks that the session's
own tempo map gives for each moment, and Ardour reads it: notes, pedal, bends and program at once. What was transcribed is
left sounding, so that one can compare.
]]

local notes = {}

--- The ticks of moments, counted from a position of the session; `from` and what it is given are samples and seconds.
local function ticks_from(from)
  local tempo_map, rate_hz = Temporal.TempoMap.read(), Session:nominal_sample_rate()
  local function tick_of(sample)
    -- Ardour 7's Lua says of musical time only what it looks like: “quarters:ticks”.
    local quarters, ticks = tostring(tempo_map:quarters_at(Temporal.timepos_t(sample))):match("^(%-?%d+):(%d+)$")
    return tonumber(quarters) * Temporal.ticks_per_beat + tonumber(ticks)
  end
  local origin = tick_of(from)
  return function(time_sec) return tick_of(from + math.floor(time_sec * rate_hz + 0.5)) - origin end
end

return function(auxsend)
  local say, insertion = auxsend.sentences.say, auxsend.insertion
  local midi, midi_file = auxsend.midi, auxsend.midi_file

  local function build(record, result, list, position, below)
    local length, rate_hz = record.context.length, Session:nominal_sample_rate()
    local plan = { label = say("undo_transcribe"), names = {}, colors = {}, wholes = {}, kind = "midi" }
    plan.position, plan.below = position, below
    local tick_at = ticks_from(position)
    for i, track in ipairs(list) do
      plan.names[i], plan.colors[i] = record.context.name .. " " .. track.name, track.color
      local bytes = midi_file.bytes(midi, track, result, length / rate_hz, tick_at)
      plan.wholes[i] = insertion.imported(bytes, plan.names[i], ".mid")
    end
    function plan.fit(region) -- first where, then how long: the same time has not as many beats elsewhere
      region:set_position(Temporal.timepos_t(position))
      region:set_length(Temporal.timecnt_t(length))
    end
    local findings = midi.findings(result, say)
    for _, track in ipairs(insertion.put_in(plan)) do track:set_comment(findings, nil) end
  end

  function notes.insert(record, result, position, _, below)
    if not midi.is_result(result) then return nil, say("result_unknown") end
    local list = midi.sounding(result)
    if #list == 0 then return true, say("no_notes", record.context.name) end
    local reason = insertion.attempt(function() build(record, result, list, position, below) end)
    if reason then return nil, say("insert_failed", reason, result.midi_file) end
    return true
  end

  return notes
end
