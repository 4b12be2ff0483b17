--[[ Where the bridge's spool is, and how the bridge is started.

    location.find(folder, files) -> { spool = "/abs/spool", command = "/abs/auxsend" or nil }

`folder` is the one that holds the host's scripts, `files` is files.lua. `auxsend install` writes auxsend_location.lua
into it; without that file the spool is looked for where the bridge keeps its state by default, and the bridge cannot be
started from here.
]]

local location = {}

local SEPARATOR = package.config:sub(1, 1)

--- The folder in which the bridge keeps its state when nobody says otherwise.
local function state_folder(files)
  local home = os.getenv("HOME") or ""
  if os.getenv("AUXSEND_HOME") then return os.getenv("AUXSEND_HOME") .. SEPARATOR .. "state" end
  if SEPARATOR == "\\" then return (os.getenv("LOCALAPPDATA") or "") .. "\\auxsend" end
  if files.exists("/System/Library/CoreServices/SystemVersion.plist") then
    return home .. "/Library/Application Support/auxsend"
  end
  return (os.getenv("XDG_STATE_HOME") or home .. "/.local/state") .. "/auxsend"
end

function location.find(folder, files)
  local path = folder .. "auxsend_location.lua"
  if files.exists(path) then
    local is_good, place = pcall(dofile, path)
    if is_good and type(place) == "table" and type(place.spool) == "string" then return place end
  end
  return { spool = state_folder(files) .. SEPARATOR .. "spool" }
end

return location
