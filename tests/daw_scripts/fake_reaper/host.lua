--[[ Runs scripts as REAPER does: each in a world of its own, with `reaper` and `gfx`, and ticks for what it defers.

Nothing that would stop REAPER's window is there: no dialog but the one that asks for words, no os.execute, no io.popen, and ExecProcess only where it
returns at once. Each tick is timed, and must leave no undo block and no frozen window behind.
]]

local new_gfx = dofile(FAKE .. "gfx.lua")
local signatures = dofile(FAKE .. "api.lua")
local new_sws = dofile(FAKE .. "sws.lua")
local model = dofile(FAKE .. "model.lua")

local fake = { model = model, now_sec = 1000, frozen = 0, runs = {}, commands = {}, actions = {}, longest_tick_sec = 0, heard = {} }
fake.resource_path, fake.has_action_options, fake.system, fake.toggled = ".", true, "Other", {}
local functions = dofile(FAKE .. "functions.lua")(model, fake)

-- Checked calls ------------------------------------------------------------------------------------------------------

local HANDLES = { track = true, item = true, take = true, source = true, editor = true }

local function checked(name, kind, value)
  if kind == "project" then
    if value == nil or value == 0 then return model.front end
    return assert(model.object(value, "project"), name .. ": not a project")
  end
  if HANDLES[kind] then
    local object = model.object(value, kind) or error(name .. ": not a " .. kind, 0)
    assert(not object.is_destroyed, name .. ": a destroyed source")
    return object
  end
  assert(type(value) == kind, ("%s: a %s was given for a %s"):format(name, type(value), kind))
  return value
end

local function guarded(name, deed)
  local kinds = {}
  for kind in signatures[name]:gmatch("%S+") do kinds[#kinds + 1] = kind end
  return function(...)
    local given = select("#", ...)
    assert(given == #kinds, ("%s takes %d arguments and was given %d"):format(name, #kinds, given))
    local arguments = { ... }
    for i, kind in ipairs(kinds) do arguments[i] = checked(name, kind, arguments[i]) end
    return deed(table.unpack(arguments, 1, #kinds))
  end
end

-- What belongs to a run of a script ----------------------------------------------------------------------------------

local FIRST_COMMAND = 50000

local function own_functions(run)
  local own = {}
  function own.get_action_context() return false, run.path, run.section, 1, -1, -1, 0, "" end
  function own.set_action_options(flags) run.options = flags end
  function own.atexit(deed) run.at_exit = deed end
  function own.defer(deed) run.deferred[#run.deferred + 1] = deed end
  function own.time_precise() return fake.now_sec end
  function own.GetResourcePath() return fake.resource_path end

  function own.ExecProcess(command, timeout_msec)
    assert(timeout_msec < 0, "ExecProcess would wait")
    fake.commands[#fake.commands + 1] = command
    return "0\n"
  end

  function own.AddRemoveReaScript(is_added, section, path)
    assert(is_added)
    if not io.open(path) then return 0 end
    for number, action in ipairs(fake.actions) do
      if action.section == section and action.path == path then return FIRST_COMMAND + number end
    end
    fake.actions[#fake.actions + 1] = { section = section, path = path }
    return FIRST_COMMAND + #fake.actions
  end

  function own.Main_OnCommand(command)
    local action = assert(fake.actions[command - FIRST_COMMAND], "no such command")
    fake.run_script(action.path, action.section)
  end

  function own.SetToggleCommandState(_, _, state)
    fake.toggled[run.path:match("([^/]+)%.lua$")] = state
    return true
  end

  function own.RefreshToolbar2() end
  function own.GetOS() return fake.system end

  function own.APIExists(name)
    return signatures[name] ~= nil or (fake.has_sws and name:find("^CF_") ~= nil)
  end

  function own.ReverseNamedCommandLookup(command) return ("RS%040x"):format(command) end

  function own.file_exists(path)
    local file = io.open(path, "rb")
    if file then file:close() end
    return file ~= nil
  end

  function own.EnumerateFiles(folder, index)
    if index == -1 then
      fake.listing = fake.list_folder(folder)
      return nil
    end
    return fake.listing[index + 1]
  end

  function own.RecursiveCreateDirectory(path) return fake.make_folder(path) end
  return own
end

local function new_reaper(run)
  local api, own = {}, own_functions(run)
  for name in pairs(signatures) do
    local deed = own[name] or assert(functions[name], "the fake lacks " .. name)
    api[name] = guarded(name, deed)
  end
  if not fake.has_action_options then api.set_action_options = nil end
  for name, deed in pairs(fake.has_sws and new_sws(model, fake) or {}) do api[name] = deed end
  local is_optional = { set_action_options = true }
  return setmetatable(api, {
    __index = function(_, name)
      if not is_optional[name] then error("REAPER's API has no " .. tostring(name), 2) end
    end,
  })
end

--- A world with Lua's own libraries, without what waits, and in which no global can be made by accident.
local function new_world(run)
  local world = { reaper = new_reaper(run), gfx = run.gfx }
  for _, name in ipairs({
    "assert", "error", "getmetatable", "ipairs", "math", "next", "package", "pairs", "pcall", "rawequal", "rawget",
    "rawlen", "rawset", "select", "setmetatable", "string", "table", "tonumber", "tostring", "type", "utf8", "xpcall",
    "coroutine", "_VERSION",
  }) do world[name] = _G[name] end
  world.io = { open = io.open }
  world.os = { time = os.time, clock = os.clock, date = os.date, getenv = fake.getenv, rename = os.rename, remove = os.remove }
  function world.dofile(path) return assert(loadfile(path, "t", world))() end
  return setmetatable(world, {
    __index = function(_, name) error("there is no global " .. tostring(name), 2) end,
    __newindex = function(_, name) error("a global is made: " .. tostring(name), 2) end,
  })
end

-- Runs and ticks -----------------------------------------------------------------------------------------------------

local function timed(deed)
  local began = os.clock()
  deed()
  fake.longest_tick_sec = math.max(fake.longest_tick_sec, os.clock() - began)
  assert(fake.frozen == 0, "the window was left frozen")
  for _, project in ipairs(model.projects) do
    assert(project.block_depth == 0, "an undo block was left open")
    assert(not model.has_unsorted(project), "events were left unsorted")
  end
end

local function end_run(place)
  local run = table.remove(fake.runs, place)
  if run.at_exit then run.at_exit() end
end

--- Ends the runs of a script, as its user does in the list of running scripts.
function fake.end_script(path)
  for i = #fake.runs, 1, -1 do
    if fake.runs[i].path == path then end_run(i) end
  end
end

function fake.run_script(path, section)
  for i = #fake.runs, 1, -1 do -- a second start ends the first where the script has said so
    if fake.runs[i].path == path and fake.runs[i].options == 3 then end_run(i) end
  end
  local run = { path = path, section = section or 0, deferred = {}, gfx = new_gfx() }
  fake.runs[#fake.runs + 1] = run
  local began = os.clock()
  assert(loadfile(path, "t", new_world(run)))()
  fake.start_sec = os.clock() - began
end

function fake.tick(step_sec)
  fake.now_sec = fake.now_sec + step_sec
  for i = #fake.runs, 1, -1 do
    local run = fake.runs[i]
    local deferred = run.deferred
    run.deferred = {}
    for _, deed in ipairs(deferred) do timed(deed) end
    run.gfx.after_tick()
    if #run.deferred == 0 then end_run(i) end
  end
  return #fake.runs
end

return fake
