ardour {
  ["type"] = "EditorAction",
  name = "AuxSend: split to stems",
  license = "MIT",
  author = "The AuxSend maintainers",
  description = [[Splits the selected audio regions into stems on new tracks.
Needs the hook “AuxSend: listener”.]],
}

function factory(params)
  return function()
    local origin = params and params["x-script-origin"] or ""
    local folder = (origin:match("^(.*/)") or ARDOUR.user_config_directory(-1) .. "/scripts/") .. "auxsend/"
    assert(loadfile(folder .. "load.lua"))()(folder).actions.choose("split")
  end
end
