--[[ Finds the item of a job again, whatever has happened to it, in any open project.

An item keeps its GUID when its project is saved and opened again. A copy of a project holds the same GUIDs, so
the project that was seen with the item in this run comes first, then the one of the same file, then any with the item.

    projects.current()      -> project, path of its file (empty if never saved)
    projects.pin(context)   remembers, for as long as the script runs, in which project the item is
    projects.find(context)  -> project, item; only the project where the item is gone; nothing where both are
    projects.name(project)  -> what to call it before the user
    projects.identity()     -> what the front one's uses of samples go by: its file's path, or an id
]]

local projects = {}

local IDENTITY = "AuxSend project" -- beside the section of the jobs, which holds nothing but jobs

local pins = {} -- GUID of an item -> project

function projects.current()
  return reaper.EnumProjects(-1)
end

--- Calls `visit(project, path)` for each open project until it returns something.
function projects.each(visit)
  local i = 0
  while true do
    local project, path = reaper.EnumProjects(i)
    if not project then return nil end
    local found = visit(project, path)
    if found then return found end
    i = i + 1
  end
end

function projects.item_guid(item)
  return select(2, reaper.GetSetMediaItemInfo_String(item, "GUID", "", false))
end

function projects.track_guid(track)
  return select(2, reaper.GetSetMediaTrackInfo_String(track, "GUID", "", false))
end

local function item_of(project, guid)
  for i = 0, reaper.CountMediaItems(project) - 1 do
    local item = reaper.GetMediaItem(project, i)
    if projects.item_guid(item) == guid then return item end
  end
  return nil
end

function projects.track_of(project, guid)
  for i = 0, reaper.CountTracks(project) - 1 do
    local track = reaper.GetTrack(project, i)
    if projects.track_guid(track) == guid then return track end
  end
  return nil
end

function projects.pin(context)
  pins[context.item] = projects.current()
end

function projects.find(context)
  local seen, same_file, holder
  projects.each(function(project, path)
    if project == pins[context.item] then seen = project end
    if path ~= "" and path == context.project then same_file = project end
    if item_of(project, context.item) then holder = holder or project end
  end)
  local project = seen or same_file or holder
  return project, project and item_of(project, context.item)
end

function projects.name(project)
  local name = reaper.GetProjectName(project)
  return name ~= "" and name or "unsaved project"
end

return function(auxsend)
  --- Of the project in front.
  function projects.identity()
    local project, path = projects.current()
    if path ~= "" then return path end
    local _, id = reaper.GetProjExtState(project, IDENTITY, "id")
    if id ~= "" then return id end
    id = "unsaved " .. auxsend.Spool.new_id()
    reaper.SetProjExtState(project, IDENTITY, "id", id)
    return id
  end

  return projects
end
