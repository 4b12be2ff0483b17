--[[ The result of a continuation: a MIDI region at the bar line after the melody, with the best candidate; the others each on a
playlist of the same track, which has everything else of the track, too.

    melodies.insert(record, result, position, region, below) -> true and a remark or nothing, or nil and a sentence
    melodies.begin(result, position)   -> the sample at which it begins, after a melody at `position`

It goes on the source's track, or on a new one right below where the settings say so or something lies there already. The
playlists are what Ardour has for takes: choosing another one of the track exchanges the continuation and nothing else.
]]

local melodies = {}

return function(auxsend)
  local say, settings, insertion = auxsend.sentences.say, auxsend.settings, auxsend.insertion
  local midi, midi_file, continuation = auxsend.midi, auxsend.midi_file, auxsend.continuation
  local tracks, tempo_map, playlists = auxsend.tracks, auxsend.tempo_map, auxsend.playlists

  --- A candidate's parts, each on its own channel. The sound is the track's: no program is chosen.
  local function parts_of(candidate, length_sec)
    local parts = {}
    for i, track in ipairs(candidate.tracks) do
      parts[i] = { channel = continuation.channel(track), notes = midi.notes(track, length_sec), messages = {} }
    end
    return parts
  end

  --- The candidates as { name =, whole = region of a whole file }, best first.
  local function read_in(record, result, position)
    local list, tick_at = {}, tempo_map.ticks_from(position)
    for i, candidate in ipairs(continuation.sounding(result)) do
      local name = record.context.name .. " " .. say("take_continuation", i, candidate.score)
      local bytes = midi_file.bytes(parts_of(candidate, result.length_sec), result.length_sec, tick_at)
      list[i] = { name = name, whole = insertion.imported(bytes, name, ".mid") }
    end
    return list
  end

  local function build(record, result, position, below)
    local length = math.floor(result.length_sec * Session:nominal_sample_rate() + 0.5)
    local is_same_track = below and not settings.melody_apart and tracks.is_midi(below)
      and tracks.has_room(below, position, length)
    local list = read_in(record, result, position)
    local best = table.remove(list, 1)
    local plan = {
      label = say("undo_continue"), names = { best.name }, colors = {}, wholes = { best.whole }, kind = "midi",
      position = position, below = below, onto = is_same_track and { below } or nil,
      titles = { record.context.name }, fit = insertion.midi_fit(position, length),
    }
    function plan.begin(made)
      for _, other in ipairs(list) do
        playlists.add(made[1], other.name, insertion.clone(other.whole, other.name, plan), position)
      end
    end
    insertion.put_in({ plan })
  end

  function melodies.begin(result, position)
    if not continuation.is_result(result) then return position end
    return tempo_map.bar_line(position + math.floor(result.begin_sec * Session:nominal_sample_rate() + 0.5))
  end

  function melodies.insert(record, result, position, _, below)
    if not continuation.is_result(result) then return nil, say("result_unknown") end
    if #continuation.sounding(result) == 0 then return true, say("no_continuation", record.context.name) end
    local reason = insertion.attempt(function() build(record, result, position, below) end)
    if reason then return nil, say("insert_failed", reason, result.midi_file) end
    return true
  end

  return melodies
end
