ardour {
  ["type"] = "EditorAction",
  name = "AuxSend: panel",
  license = "MIT",
  author = "The AuxSend maintainers",
  description = [[Opens the panel in a browser, tells it what is selected, and does here what is chosen there.
Needs the hook “AuxSend: listener”.]],
}

function factory(params)
  return function()
    local origin = params and params["x-script-origin"] or ""
    local folder = (origin:match("^(.*/)") or ARDOUR.user_config_directory(-1) .. "/scripts/") .. "auxsend/"
    assert(loadfile(folder .. "load.lua"))()(folder).actions.choose("panel")
  end
end
