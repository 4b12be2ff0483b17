ardour {
  ["type"] = "EditorAction",
  name = "AuxSend: suggest samples",
  license = "MIT",
  author = "The AuxSend maintainers",
  description = [[Suggests samples that fit the selected audio regions.
Needs the hook “AuxSend: listener”.]],
}

function factory(params)
  return function()
    local origin = params and params["x-script-origin"] or ""
    local folder = (origin:match("^(.*/)") or ARDOUR.user_config_directory(-1) .. "/scripts/") .. "auxsend/"
    assert(loadfile(folder .. "load.lua"))()(folder).actions.choose("suggest")
  end
end
