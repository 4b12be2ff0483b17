--[[ Whole files.

    files.exists(path)   whether a file can be read
    files.read(path)     -> all of its bytes; nil if there is no such file
]]

local files = {}

function files.exists(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

function files.read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local content = file:read("a")
  file:close()
  return content
end

return files
