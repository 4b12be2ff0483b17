--[[ A MIDI region as the verb “continue” wants it: its notes, and the tempo map that they stand on.

    melody.params(region) -> { notes =, length_sec =, tempos =, time_signatures =, model =, bars = }, or nothing if it has
                             no notes

Notes are timed from the beginning of the region, as the session's own tempo map lets them sound; those that lie outside of
a trimmed region are not heard, and not told.
]]

local melody = {}

local SOFTEST = 1 -- of velocities; Ardour lets a note have 0, which in MIDI ends it

local function ticks_of(beats)
  local whole, ticks = tostring(beats):match("^(%-?%d+):(%d+)$")
  return tonumber(whole) * Temporal.ticks_per_beat + tonumber(ticks)
end

return function(auxsend)
  local json, settings, tempo_map = auxsend.json, auxsend.settings, auxsend.tempo_map

  local function notes_of(region)
    local notes, rate_hz = json.array(), Session:nominal_sample_rate()
    local position, length = region:position():samples(), region:length():samples()
    local start = ticks_of(region:start():beats())
    local origin = tempo_map.tick_of(position) - start
    for note in ARDOUR.LuaAPI.note_list(region:to_midiregion():model()):iter() do
      local first = ticks_of(note:time())
      local onset = tempo_map.sample_of(origin + first)
      local release = tempo_map.sample_of(origin + first + ticks_of(note:length()))
      if first >= start and onset < position + length then
        notes[#notes + 1] = {
          pitch = note:note(), velocity = math.max(SOFTEST, note:velocity()),
          onset_sec = (onset - position) / rate_hz, duration_sec = (release - onset) / rate_hz,
        }
      end
    end
    return notes
  end

  function melody.params(region)
    local notes = notes_of(region)
    if #notes == 0 then return nil end
    local position, length = region:position():samples(), region:length():samples()
    local tempos, metres = tempo_map.around(position, length)
    return {
      notes = notes, length_sec = length / Session:nominal_sample_rate(), tempos = tempos, time_signatures = metres,
      model = settings.melody_model, bars = settings.melody_bars,
    }
  end

  return melody
end
