--[[ Ardour behind the adapter that shared/flow.lua asks for. ]]

local host = { name = "ardour" }

-- This opening of the session: the next one has another interpreter, and so another name.
host.run = tostring({}) .. os.time()

function host.clock()
  return ARDOUR.LuaAPI.monotonic_time() / 1e6
end

--- Starts the bridge as a process that outlives Ardour and holds none of its pipes.
function host.start_bridge(command)
  os.forkexec("/bin/sh", "-c", '"$0" bridge </dev/null >/dev/null 2>&1 &', command)
end

return function(auxsend)
  local say, regions, memory = auxsend.sentences.say, auxsend.regions, auxsend.memory
  local kinds = { split = auxsend.stems, transcribe = auxsend.notes, continue = auxsend.melodies } -- who puts in whose result
  local unbound = { suggest = auxsend.suggestions.take, use = function() return true end } -- results without a region
  host.remember, host.remembered = memory.remember, memory.remembered

  function host.forget(record)
    local rendered, list = record.context.rendered, auxsend.suggestions.list()
    local is_needed = list and list.context.rendered == rendered -- for what the list may ask next
    if rendered and not is_needed then os.remove(rendered) end
    memory.forget(record)
  end

  function host.place(context)
    if context.is_unbound then return "ready" end
    local region = regions.find(context)
    if context.run ~= host.run then return "nowhere", say("kept_closed") end
    if not region then return "nowhere", say("kept_deleted") end
    if not regions.is_unchanged(region, context) then return "nowhere", say("kept_changed") end
    return "ready"
  end

  local function put_in(record, result, position, region, track)
    local kind = kinds[record.verb]
    if not kind then return nil, say("result_unknown") end
    return kind.insert(record, result, position, region, track)
  end

  --- Puts a result where it belongs: at the position of its source, or after it.
  local function put_at(record, result, position, region, track)
    local kind = kinds[record.verb]
    return put_in(record, result, kind and kind.begin and kind.begin(result, position) or position, region, track)
  end

  --- Puts a result where its region is, or was.
  function host.insert(record, result)
    if record.context.is_unbound then
      if record.context.run ~= host.run then return true end -- nobody waits for it any more
      return unbound[record.verb](record, result)
    end
    local region, track = regions.find(record.context)
    local position = region and region:position():samples() or record.context.position
    return put_at(record, result, position, region, track)
  end

  --- Puts a kept result where its region was when it was sent, whatever has become of the region.
  function host.insert_where_it_was(record, result)
    local region, track = regions.find(record.context)
    local is_same = region and regions.is_unchanged(region, record.context)
    return put_at(record, result, record.context.position, is_same and region or nil, track)
  end

  function host.insert_at_playhead(record, result)
    local _, track = regions.find(record.context)
    return put_in(record, result, Session:transport_sample(), nil, track)
  end

  return host
end
