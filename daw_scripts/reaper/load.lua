--[[ Loads all that an action needs, by the path of the action itself.

    local auxsend = dofile(folder .. "load.lua")(folder)
    auxsend.flow(), auxsend.host, auxsend.window, auxsend.selection, auxsend.words, auxsend.spool ...

What all hosts share lies in a folder “shared” beside this one or inside it.
]]

local FILES = {
  "projects", "memory", "settings", "tempo_map", "selection", "insertion", "peaks", "grid", "stems", "notes", "melodies",
  "samples", "host", "paint", "window", "pick_list", "preview", "actions", "told", "browser",
}

local function shared_folder(folder)
  return reaper.file_exists(folder .. "shared/load.lua") and folder .. "shared/" or folder .. "../shared/"
end

return function(folder)
  local place = shared_folder(folder)
  local auxsend = dofile(place .. "load.lua")(place)
  local location = auxsend.location.find(folder, auxsend.files)
  auxsend.folder = folder
  auxsend.spool = auxsend.Spool.open(location.spool, auxsend.json, auxsend.files)
  -- Each file returns a function that is given what was loaded before it.
  for _, name in ipairs(FILES) do auxsend[name] = dofile(folder .. name .. ".lua")(auxsend) end
  --- A flow of jobs that REAPER's own adapter puts in, or another one.
  function auxsend.flow(host)
    local parts = { spool = auxsend.spool, host = host or auxsend.host, words = auxsend.words, command = location.command }
    return auxsend.Flow.new(parts)
  end
  return auxsend
end
