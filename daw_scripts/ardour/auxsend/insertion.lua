--[[ What all results have in common when they are put in: files that Ardour reads, new tracks, and one undo step.

    insertion.imported(bytes, name, suffix)   -> the region of the whole of an audio or MIDI file, copied into the session
    insertion.read(path, read)            calls `read` with a list of that one file, which puts it among the sources
    insertion.whole_region(is_wanted)     -> the region of a whole file whose path is wanted, or nil
    insertion.attempt(build)              -> nil, or what went wrong in it
    insertion.put_in(plans)               -> the tracks of each plan: a region on each, right below the source's track
    insertion.clone(whole, name, plan)    -> a region that plays a whole file, fitted as the plan says, to be placed
    insertion.midi_fit(position, length)  -> a `fit` for a plan of MIDI regions of that length, in samples

A plan is { label = of the undo step, names = of the regions, titles = of new tracks or nil for the same, colors =, wholes =
regions of whole files, kind = channels or "midi", position =, below = the source's track or nil, onto = tracks that are there
or nil for new ones, fit = function(region) before it is placed; and inside the undo step begin = function(tracks) before the
regions are placed, finish = function() after, both or nil }. One undo takes back all regions and what these two did; new tracks,
for which Ardour has no undo, are hidden then: see undo.lua.

Reading a file notes an undo step of its own, such as “insert file”, which would stand between the user and the step that
counts: it is made inside a step that is thrown away.
]]

local insertion = {}

local OPAQUE = 0xff

function insertion.read(path, read)
  local files = C.StringVector()
  files:push_back(path)
  Session:begin_reversible_command("AuxSend: read")
  read(files)
  Session:abort_reversible_command()
end

function insertion.whole_region(is_wanted)
  for _, region in ARDOUR.RegionFactory.regions():iter() do
    if region:whole_file() then
      local source = region:source(0):to_filesource()
      if not source:isnil() and is_wanted(source:path()) then return region end
    end
  end
  return nil
end

function insertion.attempt(build)
  local is_good, reason = pcall(build)
  if is_good then return nil end
  Session:abort_reversible_command()
  return tostring(reason)
end

local function dress(track, name, color)
  track:set_name(name)
  if type(color) == "table" and #color == 3 then
    track:presentation_info_ptr():set_color(color[1] << 24 | color[2] << 16 | color[3] << 8 | OPAQUE)
  end
end

function insertion.midi_fit(position, length)
  return function(region) -- first where, then how long: the same time has not as many beats elsewhere
    region:set_position(Temporal.timepos_t(position))
    region:set_length(Temporal.timecnt_t(length))
  end
end

function insertion.clone(whole, name, plan)
  local region = ARDOUR.RegionFactory.clone_region(whole, true, false)
  region:set_name(name)
  plan.fit(region)
  return region
end

return function(auxsend)
  local tracks, undo, session, playlists = auxsend.tracks, auxsend.undo, auxsend.session, auxsend.playlists

  local function put(track, region, position)
    local playlist = track:to_track():playlist()
    playlist:to_stateful():clear_changes()
    playlists.put(playlist, region, position)
    Session:add_stateful_diff_command(playlist:to_statefuldestructible())
  end

  --- Ardour reads a file of its own, whose name is told from all others: a name that it knows already makes it ask.
  function insertion.imported(bytes, name, suffix)
    local path, id = session.save(bytes, name, suffix)
    insertion.read(path, function(files)
      Editor:do_import(
        files, Editing.ImportDistinctFiles, Editing.ImportAsRegion, ARDOUR.SrcQuality.SrcBest,
        ARDOUR.MidiTrackNameSource.SMFTrackName, ARDOUR.MidiTempoMapDisposition.SMFTempoIgnore, Temporal.timepos_t(0),
        ARDOUR.PluginInfo(), ARDOUR.Track(), false
      )
    end)
    os.remove(path)
    return insertion.whole_region(function(other) return other:find(id, 1, true) end)
      or error("Ardour does not take the file", 0)
  end

  local function place(plan, made)
    for i, name in ipairs(not plan.onto and (plan.titles or plan.names) or {}) do dress(made[i], name, plan.colors[i]) end
    if plan.begin then plan.begin(made) end
    for i, name in ipairs(plan.names) do put(made[i], insertion.clone(plan.wholes[i], name, plan), plan.position) end
    if plan.finish then plan.finish() end
    if not plan.onto then undo.mark(plan.wholes[1]) end
  end

  function insertion.put_in(plans)
    local made = {}
    for i, plan in ipairs(plans) do
      local count = #plan.names
      made[i] = plan.onto or undo.reuse(count, plan.kind, plan.below) or tracks.new(count, plan.kind, plan.below)
    end
    Session:begin_reversible_command(plans[1].label)
    for i, plan in ipairs(plans) do place(plan, made[i]) end
    Session:commit_reversible_command(nil)
    for i, plan in ipairs(plans) do
      if not plan.onto then undo.remember(plan.wholes[1], made[i], plan.below, plan.kind) end
    end
    return made
  end

  return insertion
end
