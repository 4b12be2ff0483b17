ardour {
  ["type"] = "EditorAction",
  name = "AuxSend: transcribe to MIDI track",
  license = "MIT",
  author = "The AuxSend maintainers",
  description = [[Writes down what the selected audio regions play, as MIDI on a new track.
Needs the hook “AuxSend: listener”.]],
}

function factory(params)
  return function()
    local origin = params and params["x-script-origin"] or ""
    local folder = (origin:match("^(.*/)") or ARDOUR.user_config_directory(-1) .. "/scripts/") .. "auxsend/"
    assert(loadfile(folder .. "load.lua"))()(folder).actions.choose("transcribe")
  end
end
