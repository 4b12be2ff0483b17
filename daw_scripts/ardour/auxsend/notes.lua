--[[ The result of a transcription: a MIDI track per instrument below the source's, each with one region of its length.

    notes.insert(record, result, position, region, below) -> true and a remark or nothing, or nil and a sentence

Ardour's Lua has no function that makes an empty MIDI region. So a MIDI file is written, in the ticks that the session's
own tempo map gives for each moment, and Ardour reads it: notes, pedal, bends and program at once. What was transcribed is
left sounding, so that one can compare.
]]

local notes = {}

return function(auxsend)
  local say, insertion = auxsend.sentences.say, auxsend.insertion
  local midi, midi_file, tempo_map = auxsend.midi, auxsend.midi_file, auxsend.tempo_map

  --- What one track's file holds.
  local function part_of(track, result, length_sec)
    return {
      channel = midi.channel(track), notes = midi.notes(track, length_sec),
      messages = midi.messages(track, length_sec, result.bend_range_semitones),
    }
  end

  local function build(record, result, list, position, below)
    local length = record.context.length
    local length_sec, tick_at = length / Session:nominal_sample_rate(), tempo_map.ticks_from(position)
    local plan = { label = say("undo_transcribe"), names = {}, colors = {}, wholes = {}, kind = "midi" }
    plan.position, plan.below, plan.fit = position, below, insertion.midi_fit(position, length)
    for i, track in ipairs(list) do
      plan.names[i], plan.colors[i] = record.context.name .. " " .. track.name, track.color
      local bytes = midi_file.bytes({ part_of(track, result, length_sec) }, length_sec, tick_at)
      plan.wholes[i] = insertion.imported(bytes, plan.names[i], ".mid")
    end
    local findings = midi.findings(result, say)
    for _, track in ipairs(insertion.put_in({ plan })[1]) do track:set_comment(findings, nil) end
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
