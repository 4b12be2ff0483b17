--[[ The result of a split: one new track for each stem, below the source's, with one region at the exact sample.

    stems.insert(record, result, position, region, track) -> true, or nil and a sentence

`region` and `track` are the source's if it is still there. Files are embedded, not copied, so nothing waits for them.
]]

local stems = {}

return function(auxsend)
  local say, settings, insertion = auxsend.sentences.say, auxsend.settings, auxsend.insertion

  local function embed(path)
    insertion.read(path, function(files)
      Editor:do_embed(
        files, Editing.ImportDistinctFiles, Editing.ImportAsRegion, Temporal.timepos_t(0), ARDOUR.PluginInfo(), ARDOUR.Track()
      )
    end)
    return insertion.whole_region(function(other) return other == path end)
      or error("Ardour does not take the file " .. path, 0)
  end

  local function mute(region)
    region:to_stateful():clear_changes()
    region:set_muted(true)
    Session:add_stateful_diff_command(region:to_statefuldestructible())
  end

  local function build(record, list, position, source, below)
    local plan = { label = say("undo_split"), names = {}, colors = {}, wholes = {}, position = position, below = below }
    for i, stem in ipairs(list) do
      plan.wholes[i] = embed(stem.file)
      plan.names[i], plan.colors[i] = record.context.name .. " " .. stem.name, stem.color
    end
    plan.kind = plan.wholes[1]:to_audioregion():n_channels()
    function plan.fit(region)
      if source then region:to_audioregion():set_scale_amplitude(source:to_audioregion():scale_amplitude()) end
    end
    function plan.finish()
      if source and settings.mute_source then mute(source) end
    end
    insertion.put_in({ plan })
  end

  function stems.insert(record, result, position, source, below)
    local list = type(result) == "table" and result.stems
    if type(list) ~= "table" or #list == 0 then return nil, say("result_unknown") end
    for _, stem in ipairs(list) do
      if not auxsend.files.exists(stem.file) then return nil, say("stem_missing", stem.file) end
    end
    -- Ardour would ask about another rate in a dialog, and the stems would not fit the region.
    local is_fit = result.sample_rate_hz == Session:nominal_sample_rate() and result.samples == record.context.length
    local folder = list[1].file:match("^(.*)/") or ""
    if not is_fit then return nil, say("result_rate", result.sample_rate_hz, result.samples, folder) end
    local reason = insertion.attempt(function() build(record, list, position, source, below) end)
    if reason then return nil, say("insert_failed", reason, folder) end
    return true
  end

  return stems
end
