--[[ The records of jobs that are not settled, as shared/flow.lua asks for them, kept with the session. ]]

local memory = {}

local NAME = "jobs"

return function(auxsend)
  local session, json = auxsend.session, auxsend.json

  function memory.remembered()
    local records = {}
    for _, record in ipairs(session.read(NAME) or {}) do
      local is_record = type(record) == "table" and type(record.id) == "string" and type(record.context) == "table"
      if is_record then records[#records + 1] = record end
    end
    return records
  end

  local function replace(record, by)
    local records = json.array()
    for _, old in ipairs(memory.remembered()) do
      if old.id ~= record.id then records[#records + 1] = old end
    end
    records[#records + 1] = by
    if #records == 0 then return session.remove(NAME) end
    session.write(NAME, records)
  end

  function memory.remember(record)
    replace(record, record)
  end

  function memory.forget(record)
    if record.id then replace(record, nil) end
  end

  return memory
end
