ardour {
  ["type"] = "EditorHook",
  name = "AuxSend: listener",
  license = "MIT",
  author = "The AuxSend maintainers",
  description = [[Follows AuxSend's jobs, ten times a second, and puts their results into the session.]],
}

-- The timer and nothing else: a hook that hears of the changes that it makes itself can bring Ardour down.
function signals()
  return LuaSignal.Set():add({ [LuaSignal.LuaTimerDS] = true })
end

function factory(params)
  local listener
  return function()
    if not Session then return end
    if not listener then
      local origin = params and params["x-script-origin"] or ""
      local folder = (origin:match("^(.*/)") or ARDOUR.user_config_directory(-1) .. "/scripts/") .. "auxsend/"
      listener = assert(loadfile(folder .. "load.lua"))()(folder).Listener.new()
    end
    listener:tick()
  end
end
