--[[ What outlives the script: a job's record lies in its own project, so it is saved and comes back with it.

    memory.remember(record), memory.forget(record), memory.remembered() -> list of records
    memory.mark_inserted(id), memory.is_inserted(id)   for this run of REAPER, between all scripts
]]

local memory = {}

local SECTION = "AuxSend"

--- JSON without the quotes that a project file cannot hold all at once.
local function quotable(text)
  return (text:gsub("[%%\"'`]", function(c) return ("%%%02x"):format(c:byte()) end))
end

local function unquoted(text)
  return (text:gsub("%%(%x%x)", function(digits) return string.char(tonumber(digits, 16)) end))
end

return function(auxsend)
  local json, projects = auxsend.json, auxsend.projects

  function memory.remember(record)
    local project = projects.find(record.context)
    local text = json.encode(record)
    if project and text then reaper.SetProjExtState(project, SECTION, record.id, quotable(text)) end
  end

  function memory.forget(record)
    projects.each(function(project)
      if record.id then reaper.SetProjExtState(project, SECTION, record.id, "") end
    end)
  end

  function memory.remembered()
    local records = {}
    projects.each(function(project)
      local i = 0
      while true do
        local is_there, _, text = reaper.EnumProjExtState(project, SECTION, i)
        if not is_there then break end
        local record = json.decode(unquoted(text))
        if type(record) == "table" and record.id and type(record.context) == "table" then
          records[#records + 1] = record
        end
        i = i + 1
      end
    end)
    return records
  end

  function memory.mark_inserted(id)
    reaper.SetExtState(SECTION, "inserted " .. id, "1", false)
  end

  function memory.is_inserted(id)
    return reaper.GetExtState(SECTION, "inserted " .. id) ~= ""
  end

  return memory
end
