ardour {
  ["type"] = "EditorAction",
  name = "AuxSend: continue this melody",
  license = "MIT",
  author = "The AuxSend maintainers",
  description = [[Continues the melody of the selected MIDI regions.
Needs the hook “AuxSend: listener”.]],
}

function factory(params)
  return function()
    local origin = params and params["x-script-origin"] or ""
    local folder = (origin:match("^(.*/)") or ARDOUR.user_config_directory(-1) .. "/scripts/") .. "auxsend/"
    assert(loadfile(folder .. "load.lua"))()(folder).actions.choose("continue")
  end
end
