--[[ The border to the bridge: a folder of small JSON files. Only reads and writes such files, so no call ever waits.

    local spool = Spool.open(folder, json, files)
    spool:bridge()                      -> what bridge.json says if the bridge is up, else nil
    spool:request(host, verb, params, id)   -> id of the new job, or nil and a reason; a new id where none is given
    spool:poll(id)                      -> what the bridge says of the job (a table), or nil: nothing yet
    spool:cancel(host, id)              asks the bridge to cancel a job
    spool:forget(host, id)              tells the bridge that the job's file is not needed any more
    Spool.new_id()                      -> an id that no other job has

A file appears under its name only when it is complete: it is written under another name and renamed. A file that
cannot be read, has vanished or is not JSON counts as not there yet, and the next poll looks again.
]]

local Spool = {}
Spool.__index = Spool

local VERSION = 1
local BRIDGE_SILENT_SEC = 10 -- the bridge renews bridge.json every 2 s
local SEPARATOR = package.config:sub(1, 1)

function Spool.open(folder, json, files)
  return setmetatable({ folder = folder, json = json, files = files }, Spool)
end

local count = 0

function Spool.new_id()
  count = count + 1
  -- Where a new table lies is as good as random: it differs between hosts and between their starts.
  local place = tostring({}):match("(%w+)$"):gsub("^0x", "")
  return ("%x-%s-%x"):format(os.time(), place:lower(), count)
end

local function join(...)
  return table.concat({ ... }, SEPARATOR)
end

--- Returns the table in a file of this version, or nil.
function Spool:read(...)
  local text = self.files.read(join(self.folder, ...))
  local value = text and self.json.decode(text)
  if type(value) == "table" and value.v == VERSION then return value end
  return nil
end

function Spool:bridge()
  local bridge = self:read("bridge.json")
  if not bridge or type(bridge.time) ~= "number" then return nil end
  return os.time() - bridge.time <= BRIDGE_SILENT_SEC and bridge or nil
end

local function write_renamed(path, text)
  local file, reason = io.open(path .. ".tmp", "wb")
  if not file then return nil, reason end
  local is_written = file:write(text)
  local is_closed = file:close()
  if is_written and is_closed and os.rename(path .. ".tmp", path) then return true end
  os.remove(path .. ".tmp")
  return nil, "the disk may be full"
end

function Spool:request(host, verb, params, id)
  id = id or Spool.new_id()
  local text, reason = self.json.encode({ v = VERSION, id = id, host = host, verb = verb, params = params })
  if not text then return nil, reason end
  local is_written
  is_written, reason = write_renamed(join(self.folder, "requests", id .. ".json"), text)
  if not is_written then return nil, reason end
  return id
end

function Spool:poll(id)
  local job = self:read("jobs", id .. ".json")
  return job and type(job.state) == "string" and job or nil
end

function Spool:cancel(host, id)
  return self:request(host, "cancel", { job = id })
end

function Spool:forget(host, id)
  return self:request(host, "forget", { job = id })
end

return Spool
