--[[ Puts stems into the session: one new track for each, below the source's, with one region at the exact sample.

    insertion.stems(record, result, position, region, track) -> true, or nil and a sentence

`region` and `track` are the source's if it is still there. One undo takes back all regions and the mute of the source;
the tracks, for which Ardour has no undo, are hidden then: see undo.lua.

Files are embedded, not copied, so nothing waits for them. Embedding notes an undo step of its own, “insert file”, which
would stand between the user and the step that counts: it is made inside a step that is thrown away.
]]

local insertion = {}

local OPAQUE = 0xff
local FROM_ITS_BEGINNING, ONE_TIME = 0, 1

local function is_there(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

--- The region that stands for the whole of a file.
local function whole_region(path)
  for _, region in ARDOUR.RegionFactory.regions():iter() do
    if region:whole_file() and not region:to_audioregion():isnil() then
      local source = region:source(0):to_filesource()
      if not source:isnil() and source:path() == path then return region end
    end
  end
  return nil
end

local function embed(path)
  local files = C.StringVector()
  files:push_back(path)
  Session:begin_reversible_command("AuxSend: embed")
  Editor:do_embed(
    files, Editing.ImportDistinctFiles, Editing.ImportAsRegion, Temporal.timepos_t(0), ARDOUR.PluginInfo(), ARDOUR.Track()
  )
  Session:abort_reversible_command()
  return whole_region(path) or error("Ardour does not take the file " .. path, 0)
end

local function dress(track, name, color)
  track:set_name(name)
  if type(color) == "table" and #color == 3 then
    track:presentation_info_ptr():set_color(color[1] << 24 | color[2] << 16 | color[3] << 8 | OPAQUE)
  end
end

local function put(track, whole, name, position, source)
  local region = ARDOUR.RegionFactory.clone_region(whole, true, false)
  region:set_name(name)
  if source then region:to_audioregion():set_scale_amplitude(source:to_audioregion():scale_amplitude()) end
  local playlist = track:to_track():playlist()
  playlist:to_stateful():clear_changes()
  playlist:add_region(region, Temporal.timepos_t(position), ONE_TIME, false, FROM_ITS_BEGINNING, 0, false)
  Session:add_stateful_diff_command(playlist:to_statefuldestructible())
end

local function mute(region)
  region:to_stateful():clear_changes()
  region:set_muted(true)
  Session:add_stateful_diff_command(region:to_statefuldestructible())
end

return function(auxsend)
  local say, settings, tracks, undo = auxsend.sentences.say, auxsend.settings, auxsend.tracks, auxsend.undo

  local function build(record, stems, position, source, below)
    local wholes = {}
    for i, stem in ipairs(stems) do wholes[i] = embed(stem.file) end
    local channels = wholes[1]:to_audioregion():n_channels()
    local made = undo.reuse(#stems, channels, below) or tracks.new(#stems, channels, below)
    Session:begin_reversible_command(say("undo"))
    for i, stem in ipairs(stems) do
      local name = record.context.name .. " " .. stem.name
      dress(made[i], name, stem.color)
      put(made[i], wholes[i], name, position, source)
    end
    if source and settings.mute_source then mute(source) end
    undo.mark(wholes[1])
    Session:commit_reversible_command(nil)
    undo.remember(wholes[1], made, below)
  end

  function insertion.stems(record, result, position, source, below)
    local is_known = record.verb == "split" and type(result) == "table" and type(result.stems) == "table"
    if not is_known or #result.stems == 0 then return nil, say("result_unknown") end
    for _, stem in ipairs(result.stems) do
      if not is_there(stem.file) then return nil, say("stem_missing", stem.file) end
    end
    -- Ardour would ask about another rate in a dialog, and the stems would not fit the region.
    local is_fit = result.sample_rate_hz == Session:nominal_sample_rate() and result.samples == record.context.length
    local folder = result.stems[1].file:match("^(.*)/") or ""
    if not is_fit then return nil, say("result_rate", result.sample_rate_hz, result.samples, folder) end
    local is_good, reason = pcall(build, record, result.stems, position, source, below)
    if is_good then return true end
    Session:abort_reversible_command()
    return nil, say("insert_failed", tostring(reason), folder)
  end

  return insertion
end
