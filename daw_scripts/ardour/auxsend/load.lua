--[[ Loads all that an action or the listener needs, by the path of this folder.

    local auxsend = dofile(folder .. "load.lua")(folder)   -- folder ends with a separator

What all hosts share lies in a folder “shared” inside this one, or, in the project itself, two folders above.
Ardour keeps of a script nothing but the byte code of its `factory`, taken when the user added it: so the scripts that
the user adds only find this file, and an update needs no adding again.
]]

local FILES = {
  "settings", "sentences", "session", "memory", "tempo_map", "melody", "regions", "wav", "render", "tracks", "undo",
  "playlists", "insertion", "stems", "midi_file", "notes", "melodies", "stretch", "samples", "suggestions", "host", "picking",
  "actions", "told", "panel",
}

local function exists(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

--- Gives Ardour's Lua what it leaves out and the shared files use.
local function complete()
  dofile = dofile or function(path) return assert(loadfile(path))() end
  package = package or { config = "/" }
end

return function(folder)
  complete()
  local shared_folder = exists(folder .. "shared/load.lua") and folder .. "shared/" or folder .. "../../shared/"
  local auxsend = dofile(shared_folder .. "load.lua")(shared_folder)
  auxsend.folder, auxsend.place = folder, auxsend.location.find(folder, auxsend.files)
  auxsend.spool = auxsend.Spool.open(auxsend.place.spool, auxsend.json, auxsend.files)
  -- Each file returns a function that is given what was loaded before it.
  for _, name in ipairs(FILES) do auxsend[name] = dofile(folder .. name .. ".lua")(auxsend) end
  auxsend.Listener = dofile(folder .. "listener.lua")(auxsend)
  return auxsend
end
