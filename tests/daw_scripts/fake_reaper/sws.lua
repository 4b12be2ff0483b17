--[[ The part of the SWS extension that lets a source be heard, or opens an address; REAPER's own list does not have it.

A preview that SWS has ended, or that was stopped, is not valid any more, and neither may be its source.
]]

local VALUES = { D_PLAYRATE = true, B_PPITCH = true }

return function(model, fake)
  local sws = {}

  function sws.CF_CreatePreview(source)
    source = model.object(source, "source") or error("CF_CreatePreview: not a source", 0)
    return { source = source, values = {} }
  end

  function sws.CF_Preview_SetValue(preview, name, value)
    assert(VALUES[name] and type(value) == "number", "no such value of a preview")
    preview.values[name] = value
    return true
  end

  function sws.CF_Preview_Play(preview)
    assert(not preview.source.is_destroyed, "a preview has lost its source")
    fake.heard[#fake.heard + 1] = { path = preview.source.file, by = "sws", playrate = preview.values.D_PLAYRATE }
    return true
  end

  function sws.CF_Preview_Stop(preview)
    assert(not preview.source.is_destroyed, "a preview has lost its source")
    fake.heard[#fake.heard + 1] = { path = preview.source.file, by = "sws", is_stopped = true }
    return true
  end

  function sws.CF_ShellExecute(address)
    fake.commands[#fake.commands + 1] = "shell: " .. address
  end

  return sws
end
