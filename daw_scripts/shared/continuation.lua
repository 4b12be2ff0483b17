--[[ What the result of “continue” is, for all hosts: candidates of one or more parts, best first.

    continuation.is_result(result)    -> whether it has all that a host needs of it
    continuation.sounding(result)     -> list of the candidates that have notes
    continuation.channel(track)       -> 0 to 15: the parts of a candidate share one item, each on its own channel
]]

local continuation = {}

local CHANNELS = { melody = 0, chords = 1, bass = 2 }
local FIELDS = { candidates = "table", begin_sec = "number", length_sec = "number", key = "string", midi_file = "string" }

local function is_candidate(candidate)
  return type(candidate) == "table" and type(candidate.tracks) == "table" and type(candidate.score) == "number"
end

function continuation.is_result(result)
  if type(result) ~= "table" then return false end
  for name, kind in pairs(FIELDS) do
    if type(result[name]) ~= kind then return false end
  end
  for _, candidate in ipairs(result.candidates) do
    if not is_candidate(candidate) then return false end
  end
  return result.length_sec > 0
end

local function has_notes(candidate)
  for _, track in ipairs(candidate.tracks) do
    if #track.notes > 0 then return true end
  end
  return false
end

function continuation.sounding(result)
  local list = {}
  for _, candidate in ipairs(result.candidates) do
    list[#list + 1] = has_notes(candidate) and candidate or nil
  end
  return list
end

function continuation.channel(track)
  return CHANNELS[track.name] or 0
end

return continuation
