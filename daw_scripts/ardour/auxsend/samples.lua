--[[ Samples of the library become regions at the playhead.

    samples.quarter_bpm(position)              -> the tempo there, in quarter notes per minute; at the playhead if nowhere
    samples.insert(rows, is_matched, below)    -> true, or nil and a sentence; all or nothing, in one undo step

The first goes on the first selected audio track, if that has the channels for it and room at the playhead; else, and each
further one, on a new one, below that track, or below `below`. Ardour has no play rate and no pitch for regions: so in time
with the session, or in its key, means that Ardour's own Rubber Band makes it so, see stretch.lua. The sample is copied into
the session, at the session's rate, as by Ardour's own import: the session plays wherever it goes. `rows` are the bridge's,
see shared/pick.lua.
]]

local samples = {}

local SAME_SPEED = 1e-9

function samples.quarter_bpm(position)
  local moment = Temporal.timepos_t(position or Session:transport_sample())
  return Temporal.TempoMap.read():quarters_per_minute_at(moment)
end

return function(auxsend)
  local say, insertion, tracks, Pick = auxsend.sentences.say, auxsend.insertion, auxsend.tracks, auxsend.Pick

  --- What becomes of a row; Ardour reads its file here.
  local function plan_of(row, is_matched)
    local playrate, length_sec = Pick.speed(row, is_matched)
    local whole = insertion.imported(auxsend.files.read(row.path), row.name, row.path:match("%.%w+$") or "")
    local wanted = math.floor(length_sec * Session:nominal_sample_rate() + 0.5)
    local semitones = Pick.semitones(row)
    local is_as_it_is = math.abs(playrate - 1) < SAME_SPEED and semitones == 0
    local region = is_as_it_is and whole or auxsend.stretch.region(whole, row.name, playrate, semitones, wanted)
    local length = math.min(wanted, region:length():samples())
    return {
      label = say("undo_suggest"), names = { row.name }, colors = {}, wholes = { region }, length = length,
      kind = whole:to_audioregion():n_channels(), position = Session:transport_sample(),
      fit = function(put) put:set_length(Temporal.timecnt_t(length)) end,
    }
  end

  --- All begin at the same sample: so the selected track has room for one at most.
  local function build(rows, is_matched, below)
    local plans, selected = {}, tracks.selected(true)
    for i, row in ipairs(rows) do
      local plan = plan_of(row, is_matched)
      local is_fit = i == 1 and selected and selected:n_inputs():n_audio() >= plan.kind
        and tracks.has_room(selected, plan.position, plan.length)
      plan.below, plan.onto = selected or below, is_fit and { selected } or nil
      plans[i] = plan
    end
    insertion.put_in(plans)
  end

  function samples.insert(rows, is_matched, below)
    for _, row in ipairs(rows) do
      local key = Pick.hindrance(row, auxsend.files)
      if key then return nil, say(key, row.name) end
    end
    local reason = insertion.attempt(function() build(rows, is_matched, below) end)
    if reason then return nil, say("sample_failed", rows[1].name, reason) end
    return true
  end

  return samples
end
