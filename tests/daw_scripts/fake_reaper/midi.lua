--[[ REAPER's functions for notes and other MIDI events of a take.

A take's events lie at whole ticks. Whether REAPER rounds or cuts what a script gives is not documented, so the fake cuts:
who does not round comes too early. Events that were put in without sorting are out of order until they are sorted, and
no script may end its tick before that.
]]

local PPQ = 960
local KINDS = { [0xA0] = true, [0xB0] = true, [0xC0] = true, [0xD0] = true, [0xE0] = true }

return function(model)
  local api = {}

  local function is_whole(value, least, most)
    return math.type(value) == "integer" and value >= least and value <= most
  end

  --- A tick of a take, in quarters of the project, and the project.
  local function origin_of(take)
    local project, _, item = model.owner(take)
    return project, model.quarters_at(project, item.values.D_POSITION)
  end

  local function require_sorted(take)
    assert(not take.is_unsorted, "events are read before they are sorted")
  end

  local function sort(take)
    table.sort(take.notes, function(a, b)
      if a.first_ppq ~= b.first_ppq then return a.first_ppq < b.first_ppq end
      return a.pitch < b.pitch
    end)
    for place, message in ipairs(take.messages) do message.place = place end
    table.sort(take.messages, function(a, b)
      if a.ppq ~= b.ppq then return a.ppq < b.ppq end
      return a.place < b.place
    end)
  end

  local function settle(take, is_sorting_put_off)
    if is_sorting_put_off or take.is_sorting_off then
      take.is_unsorted = true
    else
      sort(take)
    end
  end

  function api.CreateNewMIDIItemInProj(track, first_sec, last_sec, is_in_quarters)
    assert(not is_in_quarters and last_sec > first_sec)
    local project = model.require_block(track)
    local item = model.new_item({ D_POSITION = first_sec })
    item.take = model.new_take(nil, nil, { kind = "source", file = "", length_sec = 0 })
    item.take.is_midi = true
    local ticks = math.ceil((model.quarters_at(project, last_sec) - model.quarters_at(project, first_sec)) * PPQ)
    item.values.D_LENGTH = model.time_at(project, model.quarters_at(project, first_sec) + ticks / PPQ) - first_sec
    track.items[#track.items + 1] = item
    return model.handle(item)
  end

  function api.MIDI_CountEvts(take)
    require_sorted(take)
    return true, #take.notes, #take.messages, 0
  end

  function api.MIDI_GetNote(take, index)
    require_sorted(take)
    local note = take.notes[index + 1]
    return true, false, note.is_muted == true, note.first_ppq, note.last_ppq, note.channel or 0, note.pitch, note.velocity
  end

  function api.MIDI_GetProjTimeFromPPQPos(take, ppq)
    local project, quarters = origin_of(take)
    return model.time_at(project, quarters + ppq / PPQ)
  end

  function api.MIDI_GetPPQPosFromProjTime(take, time_sec)
    local project, quarters = origin_of(take)
    return (model.quarters_at(project, time_sec) - quarters) * PPQ
  end

  function api.MIDI_DisableSort(take) take.is_sorting_off = true end

  function api.MIDI_InsertNote(take, _, is_muted, first_ppq, last_ppq, channel, pitch, velocity, is_sorting_put_off)
    model.require_block(take)
    assert(take.is_midi, "notes are put into an audio take")
    assert(is_whole(channel, 0, 15) and is_whole(pitch, 0, 127) and is_whole(velocity, 1, 127), "no such note")
    assert(first_ppq >= 0 and last_ppq > first_ppq, "a note begins before its take or ends before it begins")
    take.notes[#take.notes + 1] = {
      first_ppq = math.floor(first_ppq), last_ppq = math.floor(last_ppq), channel = channel, pitch = pitch,
      velocity = velocity, is_muted = is_muted,
    }
    settle(take, is_sorting_put_off)
    return true
  end

  function api.MIDI_InsertCC(take, _, is_muted, ppq, kind, channel, first, second)
    model.require_block(take)
    assert(take.is_midi, "messages are put into an audio take")
    assert(KINDS[kind] and is_whole(channel, 0, 15) and is_whole(first, 0, 127) and is_whole(second, 0, 127), "no such message")
    assert(ppq >= 0, "a message comes before its take")
    take.messages[#take.messages + 1] = {
      ppq = math.floor(ppq), kind = kind, channel = channel, first = first, second = second, is_muted = is_muted,
    }
    settle(take, false)
    return true
  end

  function api.MIDI_Sort(take)
    sort(take)
    take.is_sorting_off, take.is_unsorted = nil, nil
  end

  return api
end
