ardour {
  ["type"] = "EditorAction",
  name = "AuxSend: jobs",
  license = "MIT",
  author = "The AuxSend maintainers",
  description = [[Shows all jobs, cancels them, and puts in the results that found no place.]],
}

function factory(params)
  return function()
    local origin = params and params["x-script-origin"] or ""
    local folder = (origin:match("^(.*/)") or ARDOUR.user_config_directory(-1) .. "/scripts/") .. "auxsend/"
    assert(loadfile(folder .. "load.lua"))()(folder).actions.choose("jobs")
  end
end
