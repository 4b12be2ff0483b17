--[[ Makes one undo take back the tracks of an insertion too, which Ardour's own history does not hold.

    undo.mark(region)                      inside the command that puts a result in
    undo.remember(region, tracks, below, kind)   once the command is committed; `kind` is that of tracks.new
    undo.follow()                          at each tick; true if something was hidden or shown
    undo.reuse(count, kind, below)         the hidden tracks of an undone insertion as a list, or nil

The command sets a mark on the whole-file region of its first result: “locked to video”, which changes nothing about a
region that is on no track. Undo takes the mark back and redo sets it again, whatever else the user does with the
regions. When it is gone, the tracks of that insertion that are empty are hidden; when it is back, they are shown. The
next result of the same track takes them instead of new ones, so that they do not add up.

What is remembered is kept in the session's folder, for Ardour keeps the undo history with a saved session.
]]

local undo = {}

local NAME = "insertions"
local MOST = 32 -- as many as anybody undoes

local function file_of(region)
  local source = region:source(0):to_filesource()
  return not source:isnil() and source:path() or nil
end

--- The marked region of an insertion; nil in a session that was closed without having been saved.
local function marked(insertion)
  local region = ARDOUR.RegionFactory.region_by_id(PBD.ID(insertion.region))
  return not region:isnil() and file_of(region) == insertion.file and region or nil
end

return function(auxsend)
  local session, tracks, json = auxsend.session, auxsend.tracks, auxsend.json
  local insertions = session.read(NAME) or {}

  local function write()
    session.write(NAME, json.array(insertions))
  end

  local function forget(insertion)
    for i, other in ipairs(insertions) do
      if other == insertion then table.remove(insertions, i) end
    end
    write()
  end

  function undo.mark(region)
    region:to_stateful():clear_changes()
    region:set_video_locked(true)
    Session:add_stateful_diff_command(region:to_statefuldestructible())
  end

  function undo.remember(region, made, below, kind)
    local ids = {}
    for i, track in ipairs(made) do ids[i] = tracks.id(track) end
    insertions[#insertions + 1] = {
      region = region:to_stateful():id():to_s(),
      file = file_of(region),
      tracks = json.array(ids),
      below = below and tracks.id(below),
      kind = kind,
      is_undone = false,
    }
    if #insertions > MOST then table.remove(insertions, 1) end
    write()
  end

  local function hide_or_show(insertion)
    for _, id in ipairs(insertion.tracks) do
      local track = tracks.find(id)
      if track and not insertion.is_undone then tracks.show(track) end
      if track and insertion.is_undone and tracks.is_empty(track) then tracks.hide(track) end
    end
  end

  function undo.follow()
    local is_changed = false
    for i = #insertions, 1, -1 do
      local insertion = insertions[i]
      local region = marked(insertion)
      if not region then
        forget(insertion)
      elseif region:video_locked() == insertion.is_undone then
        insertion.is_undone = not insertion.is_undone
        hide_or_show(insertion)
        is_changed = true
      end
    end
    if is_changed then write() end
    return is_changed
  end

  --- The tracks of an undone insertion, if all are there and nobody has done anything with them.
  local function spare_tracks(insertion)
    local spare = {}
    for i, id in ipairs(insertion.tracks) do
      local track = tracks.find(id)
      if not (track and track:is_hidden() and tracks.is_untouched(track)) then return nil end
      spare[i] = track
    end
    return spare
  end

  function undo.reuse(count, kind, below)
    for _, insertion in ipairs(insertions) do
      local is_fit = insertion.is_undone and #insertion.tracks == count and insertion.kind == kind
        and insertion.below == (below and tracks.id(below))
      local spare = is_fit and spare_tracks(insertion)
      if spare then
        forget(insertion)
        for _, track in ipairs(spare) do tracks.show(track) end
        return spare
      end
    end
    return nil
  end

  return undo
end
