--[[ Loads what all hosts share, by path, since hosts set no package.path of their own.

    local shared = dofile(folder .. "load.lua")(folder)   -- folder ends with a separator
    shared.files, shared.json, shared.words, shared.location, shared.Spool, shared.Flow, shared.midi,
    shared.continuation, shared.Pick, shared.Companion
]]

local FILES = {
  files = "files", json = "json", words = "words", location = "location", Spool = "spool", Flow = "flow", midi = "midi",
  continuation = "continuation", Pick = "pick", Companion = "companion",
}

return function(folder)
  local shared = {}
  for name, file in pairs(FILES) do shared[name] = dofile(folder .. file .. ".lua") end
  return shared
end
