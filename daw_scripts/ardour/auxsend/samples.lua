--[[ A sample of the library becomes a region at the playhead.

    samples.quarter_bpm()                       -> the tempo at the playhead, in quarter notes per minute
    samples.insert(row, is_matched, below)      -> true, or nil and a sentence; all or nothing, in one undo step

It goes on the first selected audio track, if that has the channels for it and room at the playhead; else on a new one,
below that track, or below `below`. Ardour has no play rate for regions: so in time with the session means that Ardour's
own Rubber Band stretches it, see stretch.lua. The sample is copied into the session, at the session's rate, as by Ardour's
own import: the session plays wherever it goes. `row` is the bridge's, see shared/pick.lua.
]]

local samples = {}

local SAME_SPEED = 1e-9

function samples.quarter_bpm()
  return Temporal.TempoMap.read():quarters_per_minute_at(Temporal.timepos_t(Session:transport_sample()))
end

local function first_selected_track()
  for route in Editor:get_selection().tracks:routelist():iter() do
    local track = route:to_track()
    if not track:isnil() and not track:to_audio_track():isnil() then return route end
  end
  return nil
end

return function(auxsend)
  local say, insertion, tracks, Pick = auxsend.sentences.say, auxsend.insertion, auxsend.tracks, auxsend.Pick

  local function build(row, is_matched, below)
    local playrate, length_sec = Pick.speed(row, is_matched)
    local whole = insertion.imported(auxsend.files.read(row.path), row.name, row.path:match("%.%w+$") or "")
    local wanted = math.floor(length_sec * Session:nominal_sample_rate() + 0.5)
    local is_same_speed = math.abs(playrate - 1) < SAME_SPEED
    local region = is_same_speed and whole or auxsend.stretch.region(whole, row.name, playrate, wanted)
    local length = math.min(wanted, region:length():samples())
    local channels, position = whole:to_audioregion():n_channels(), Session:transport_sample()
    local selected = first_selected_track()
    local is_fit = selected and selected:n_inputs():n_audio() >= channels and tracks.has_room(selected, position, length)
    insertion.put_in({
      label = say("undo_suggest"), names = { row.name }, colors = {}, wholes = { region }, kind = channels,
      position = position, below = selected or below, onto = is_fit and { selected } or nil,
      fit = function(put) put:set_length(Temporal.timecnt_t(length)) end,
    })
  end

  function samples.insert(row, is_matched, below)
    local key = Pick.hindrance(row, auxsend.files)
    if key then return nil, say(key, row.name) end
    local reason = insertion.attempt(function() build(row, is_matched, below) end)
    if reason then return nil, say("sample_failed", row.name, reason) end
    return true
  end

  return samples
end
