--[[ The result of a transcription: a MIDI track per instrument, each with one item at the source item's place.

    notes.insert(project, spot, look, result) -> true and a remark or nothing, or nil and a sentence; all or nothing

Several instruments share a folder track. Every moment goes through the project's own tempo map: REAPER says which tick
of the new take it is. What was transcribed is left sounding, so that one can compare. Tempo and chords: see grid.lua.
]]

local notes = {}

return function(auxsend)
  local words, insertion, midi, grid = auxsend.words, auxsend.insertion, auxsend.midi, auxsend.grid

  --- An empty MIDI item of exactly the source item's length.
  local function new_item(track, plan)
    local position_sec, length_sec = plan.spot.position_sec, plan.result.length_sec
    local item = reaper.CreateNewMIDIItemInProj(track, position_sec, position_sec + length_sec, false)
    insertion.place_midi(item, position_sec, length_sec, plan.look)
    return item
  end

  local function fill(take, track, plan)
    local result, channel = plan.result, midi.channel(track)
    local tick_at = insertion.ticks_of(take, plan.spot.position_sec)
    reaper.MIDI_DisableSort(take)
    for _, message in ipairs(midi.messages(track, result.length_sec, result.bend_range_semitones)) do
      local tick = tick_at(message.time_sec)
      reaper.MIDI_InsertCC(take, false, false, tick, message.status, channel, message.first, message.second)
    end
    for _, note in ipairs(midi.notes(track, result.length_sec)) do
      local first = tick_at(note.onset_sec)
      local last = math.max(first + 1, tick_at(note.end_sec))
      reaper.MIDI_InsertNote(take, false, false, first, last, channel, note.pitch, note.velocity, true)
    end
    reaper.MIDI_Sort(take)
  end

  local function build(plan)
    grid.lay(plan.project, plan.spot.position_sec, plan.result)
    for i, new in ipairs(insertion.tracks(plan)) do
      local item = new_item(new, plan)
      local take = reaper.GetActiveTake(item)
      reaper.GetSetMediaItemTakeInfo_String(take, "P_NAME", plan.look.name .. " - " .. plan.list[i].name, true)
      reaper.GetSetMediaItemInfo_String(item, "P_NOTES", plan.findings, true)
      fill(take, plan.list[i], plan)
    end
  end

  local function plan_of(project, spot, look, result)
    local plan = { project = project, spot = spot, look = look, result = result, names = {}, colors = {} }
    plan.list = midi.sounding(result)
    for i, track in ipairs(plan.list) do plan.names[i], plan.colors[i] = track.name, track.color end
    if #plan.list > 1 then plan.title = words.say("folder_notes", look.name) end
    if #plan.list == 1 then plan.names[1] = look.name .. " - " .. plan.names[1] end
    plan.findings = midi.findings(result, words.say)
    return plan
  end

  function notes.insert(project, spot, look, result)
    if not midi.is_result(result) then return nil, words.say("result_unknown") end
    local plan = plan_of(project, spot, look, result)
    if #plan.list == 0 then return true, words.say("no_notes", look.name) end
    local reason = insertion.in_one_step(project, words.say("undo_transcribe"), function() build(plan) end)
    if reason then return nil, words.say("insert_failed", reason, result.midi_file) end
    return true
  end

  return notes
end
