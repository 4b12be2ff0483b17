ardour { ["type"] = "EditorHook", name = "Mailbox of the tests" }

--[[ Runs the Lua that a test puts into a file, in Ardour's own thread, and writes down what it reported. ]]

function signals()
  return LuaSignal.Set():add({ [LuaSignal.LuaTimerDS] = true })
end

function factory(params)
  return function()
    if not Session then return end
    local file = io.open(params.folder .. "/command.lua", "r")
    if not file then return end
    local source = file:read("a")
    file:close()
    os.remove(params.folder .. "/command.lua")
    local lines = {}
    local function report(...)
      local values = table.pack(...)
      for i = 1, values.n do values[i] = tostring(values[i]) end
      lines[#lines + 1] = table.concat(values, "\t")
    end
    local command, problem = load(source, "=command", "t", setmetatable({ report = report }, { __index = _ENV }))
    local is_good = false
    if command then is_good, problem = pcall(command) end
    table.insert(lines, 1, is_good and "done" or "failed: " .. tostring(problem))
    local reply = io.open(params.folder .. "/reply.tmp", "w")
    reply:write(table.concat(lines, "\n"))
    reply:close()
    os.rename(params.folder .. "/reply.tmp", params.folder .. "/reply.txt")
    collectgarbage()
  end
end
