--[[ Ardour behind the adapter that shared/flow.lua asks for.

    host.insert_job(job)   puts in the result of a job that anybody has asked for: at its region if that is there, else at the
                           playhead; true and a remark or nothing, or nil and a sentence
]]

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
  local unbound = { suggest = auxsend.suggestions.take } -- results without a region

  function unbound.use() return true end

  function unbound.panel(_, result)
    local url = type(result) == "table" and result.url
    if not auxsend.Companion.is_url(url) then return true, say("result_unknown") end -- it goes to a shell
    PBD.open_uri(url)
    return true
  end

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

  --- What is known of a job's source: all, if Ardour asked for the job, or a name and a length.
  local function context_of(job)
    local context, result = job.context, type(job.result) == "table" and job.result or {}
    if type(context) == "table" and context.host == host.name and context.region then return context end
    local length = (tonumber(result.length_sec) or 0) * Session:nominal_sample_rate()
    return {
      name = auxsend.Companion.name_of(job), length = math.tointeger(result.samples) or math.floor(length + 0.5),
    }
  end

  function host.insert_job(job)
    if type(job) ~= "table" or type(job.id) ~= "string" then return nil, say("result_unknown") end
    local record = { id = job.id, verb = job.verb, context = context_of(job) }
    local region, track = regions.find(record.context)
    local is_in, sentence
    if region then
      is_in, sentence = put_at(record, job.result, region:position():samples(), region, track)
    else
      is_in, sentence = put_in(record, job.result, Session:transport_sample(), nil, auxsend.tracks.selected(false))
    end
    if is_in then memory.forget(record) end -- nobody need be asked where to put it any more
    return is_in, sentence
  end

  return host
end
