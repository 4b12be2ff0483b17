--[[ Writes scripts the way Ardour keeps the ones that its user has added in the script manager: action slots and hooks.

Runs in `ardour7-lua`, so that the byte code is Ardour's own. Reads a table from the file in AUXSEND_REGISTER:
{ out = folder, scripts = { { slot = 1 or 0 for a hook, name = "...", path = "...", params = { key = "text" } } } }
Writes `actions` and `hook-N`, which the harness puts, in base64, into the file `ui_scripts`.
]]

local order = dofile(os.getenv("AUXSEND_REGISTER"))

local function read(path)
  local file = assert(io.open(path, "r"))
  local text = file:read("a")
  file:close()
  return text
end

local function write(name, text)
  local file = assert(io.open(order.out .. "/" .. name, "w"))
  file:write(text)
  file:close()
end

--- Like Ardour, keeps nothing of a script but the byte code of its `factory`.
local function factory_code(source)
  local env = setmetatable({ ardour = function() end }, { __index = _G })
  assert(load(source, "=script", "t", env))()
  return string.dump(env.factory, true)
end

local function state(variable, script)
  local parts = { ("%s = {}"):format(variable) }
  local source = read(script.path)
  local fields = { n = script.name, s = source, f = factory_code(source) }
  for _, key in ipairs({ "n", "s", "f" }) do
    parts[#parts + 1] = ("%s[%q] = %q"):format(variable, key, fields[key])
  end
  parts[#parts + 1] = ('%s["a"] = {}'):format(variable)
  for key, value in pairs(script.params) do
    parts[#parts + 1] = ('%s["a"][%q] = %q'):format(variable, key, value)
  end
  return table.concat(parts, " ") .. " "
end

local actions = { "scripts = {}" }
for i, script in ipairs(order.scripts) do
  if script.slot > 0 then
    actions[#actions + 1] = state(("scripts[%d]"):format(script.slot), script)
  else
    write("hook-" .. i, state("s", script))
  end
end
write("actions", table.concat(actions, " "))
