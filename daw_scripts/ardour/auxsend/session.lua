--[[ What outlives the script: small JSON files in the session's own folder, so that they move and end with it.

    session.read(name) -> a table, or nil; session.write(name, value) -> true, or nil; session.remove(name)
    session.save(bytes, name, suffix)   -> path of a new file in the folder, and what no other's path has; or an error
    session.project()       what uses of samples go by: the path of the session's file
    session.log(text)       adds a line to auxsend.log
    session.post(message)   leaves a message for the listener; session.post_all() takes all that were left

Actions and hooks run in Ardour's one window thread, but in interpreters of their own: files are what they share, and no
two of them write at once.
]]

local session = {}

local INBOX = "inbox"
local MOST_NAME_BYTES = 100

function session.folder()
  local path = Session:path()
  return path:sub(-1) == "/" and path or path .. "/"
end

function session.project()
  return session.folder() .. Session:snap_name() .. ".ardour"
end

function session.path(name)
  return session.folder() .. "auxsend-" .. name .. ".json"
end

return function(auxsend)
  local json, files, say = auxsend.json, auxsend.files, auxsend.sentences.say

  function session.read(name)
    local text = files.read(session.path(name))
    local value = text and json.decode(text)
    return type(value) == "table" and value or nil
  end

  function session.write(name, value)
    local path, text = session.path(name), json.encode(value)
    local file = text and io.open(path .. ".tmp", "wb")
    if not file then return nil end
    local is_written = file:write(text)
    return file:close() and is_written and os.rename(path .. ".tmp", path) or nil
  end

  function session.remove(name)
    os.remove(session.path(name))
  end

  --- Writes a file for Ardour to read; Ardour names a source after it.
  function session.save(bytes, name, suffix)
    local id = auxsend.Spool.new_id():gsub("-", "") -- Ardour would count a number after “-” on
    local readable = #name <= MOST_NAME_BYTES and name:gsub("[/\\:%c]", "_") or "result"
    local path = ("%s%s %s%s"):format(session.folder(), readable, id, suffix)
    local file = io.open(path, "wb")
    local is_written = file and file:write(bytes)
    if not (file and file:close() and is_written) then error(say("unwritable", session.folder()), 0) end
    return path, id
  end

  function session.log(text)
    local file = io.open(session.folder() .. "auxsend.log", "ab")
    if not file then return end
    file:write(os.date("%Y-%m-%d %H:%M:%S "), text, "\n")
    file:close()
  end

  function session.post(message)
    local messages = session.read(INBOX) or json.array()
    messages[#messages + 1] = message
    return session.write(INBOX, messages)
  end

  function session.post_all()
    local messages = session.read(INBOX)
    if messages then session.remove(INBOX) end
    return messages or {}
  end

  return session
end
