--[[ REAPER's functions on the model. Arguments have been checked and handles turned into objects (see host.lua).

Those for notes are in midi.lua, those for the tempo map and the markers in tempo.lua, those for an item's text
in chunk.lua.
]]

return function(model, fake)
  local api = {}

  -- projects ---------------------------------------------------------------------------------------------------------

  function api.EnumProjects(index)
    local project = index == -1 and model.front or model.projects[index + 1]
    if project then return model.handle(project), project.path end
  end

  function api.GetProjectName(project) return project.path:match("([^/]*)$") end
  function api.GetProjectPathEx(project) return project.media_folder end
  function api.GetCursorPositionEx(project) return project.cursor_sec end
  function api.Undo_BeginBlock2(project) model.begin_block(project) end
  function api.Undo_EndBlock2(project, label) model.end_block(project, label) end
  function api.Undo_DoUndo2(project) return model.undo(project) and 1 or 0 end
  function api.PreventUIRefresh(by) fake.frozen = fake.frozen + by end
  function api.UpdateArrange() end
  function api.TrackList_AdjustWindows() end

  function api.SetProjExtState(project, section, key, value)
    local values = project.ext[section] or {}
    project.ext[section] = values
    values[key:lower()] = value ~= "" and value or nil
    return 1
  end

  function api.GetProjExtState(project, section, key)
    local value = (project.ext[section] or {})[key:lower()]
    return value and 1 or 0, value or ""
  end

  function api.EnumProjExtState(project, section, index)
    local keys = {}
    for key in pairs(project.ext[section] or {}) do keys[#keys + 1] = key end
    table.sort(keys)
    local key = keys[index + 1]
    if not key then return false end
    return true, key, project.ext[section][key]
  end

  function api.GetExtState(section, key) return model.ext_state[section .. "/" .. key] or "" end
  function api.SetExtState(section, key, value) model.ext_state[section .. "/" .. key] = value end

  -- tracks -----------------------------------------------------------------------------------------------------------

  local function track_number(track)
    local project = model.owner(track)
    for i, other in ipairs(project.tracks) do
      if other == track then return i end
    end
  end

  function api.CountTracks(project) return #project.tracks end
  function api.GetTrack(project, index) return model.handle(project.tracks[index + 1]) end

  function api.GetSelectedTrack(project, index)
    for _, track in ipairs(project.tracks) do
      if track.values.I_SELECTED == 1 then
        if index == 0 then return model.handle(track) end
        index = index - 1
      end
    end
  end

  function api.InsertTrackAtIndex(index)
    model.require_block(model.front)
    assert(index >= 0 and index <= #model.front.tracks, "a track is inserted beyond the last")
    table.insert(model.front.tracks, math.tointeger(index) + 1, model.new_track())
  end

  function api.GetMediaTrackInfo_Value(track, key)
    if key == "IP_TRACKNUMBER" then return track_number(track) + 0.0 end
    return assert(track.values[key], "no such value of a track: " .. key) + 0.0
  end

  local function set_value(object, key, value)
    assert(object.values[key] ~= nil, "no such value: " .. key)
    model.require_block(object)
    object.values[key] = value
    return true
  end

  api.SetMediaTrackInfo_Value, api.SetMediaItemInfo_Value, api.SetMediaItemTakeInfo_Value = set_value, set_value, set_value

  local function get_set_string(object, key, value, is_set)
    local field = ({ GUID = "guid", P_NAME = "name", P_NOTES = object.kind == "item" and "notes" or nil })[key]
    assert(field, "no such text: " .. key)
    if is_set then
      model.require_block(object)
      object[field] = value
    end
    return true, object[field] or ""
  end

  api.GetSetMediaTrackInfo_String = get_set_string
  api.GetSetMediaItemInfo_String = get_set_string
  api.GetSetMediaItemTakeInfo_String = get_set_string

  function api.ColorToNative(red, green, blue) return math.tointeger(blue << 16 | green << 8 | red) end

  -- items ------------------------------------------------------------------------------------------------------------

  local function items_of(project, is_wanted)
    local found = {}
    for _, track in ipairs(project.tracks) do
      for _, item in ipairs(track.items) do
        if is_wanted(item) then found[#found + 1] = item end
      end
    end
    return found
  end

  local function any() return true end
  local function is_selected(item) return item.values.B_UISEL == 1 end

  function api.CountMediaItems(project) return #items_of(project, any) end
  function api.GetMediaItem(project, index) return model.handle(items_of(project, any)[index + 1]) end
  function api.CountSelectedMediaItems(project) return #items_of(project, is_selected) end
  function api.GetSelectedMediaItem(project, index) return model.handle(items_of(project, is_selected)[index + 1]) end
  function api.CountTrackMediaItems(track) return #track.items end
  function api.GetTrackMediaItem(track, index) return model.handle(track.items[index + 1]) end

  function api.SelectAllMediaItems(project, is_chosen)
    for _, item in ipairs(items_of(project, any)) do item.values.B_UISEL = is_chosen and 1 or 0 end
  end

  function api.SetMediaItemSelected(item, is_chosen) item.values.B_UISEL = is_chosen and 1 or 0 end
  function api.GetMediaItem_Track(item) return model.handle(select(2, model.owner(item))) end

  function api.AddMediaItemToTrack(track)
    model.require_block(track)
    local item = model.new_item()
    track.items[#track.items + 1] = item
    return model.handle(item)
  end

  function api.GetMediaItemInfo_Value(item, key)
    return assert(item.values[key], "no such value of an item: " .. key) + 0.0
  end

  -- takes ------------------------------------------------------------------------------------------------------------

  function api.GetActiveTake(item) return model.handle(item.take) end

  function api.GetTake(item, index) return model.handle(model.takes_of(item)[index + 1]) end

  function api.SetActiveTake(take)
    model.require_block(take)
    select(3, model.owner(take)).take = take
  end

  function api.AddTakeToMediaItem(item)
    model.require_block(item)
    item.take = model.new_take()
    return model.handle(item.take)
  end

  function api.GetTakeName(take) return take.name end
  function api.TakeIsMIDI(take) return take.is_midi == true end
  function api.GetMediaItemTake_Item(take) return model.handle(select(3, model.owner(take))) end
  function api.GetMediaItemTake_Source(take) return model.handle(take.source) end

  function api.SetMediaItemTake_Source(take, source)
    model.require_block(take)
    take.source = source
    return true
  end

  function api.GetMediaItemTakeInfo_Value(take, key)
    return assert(take.values[key], "no such value of a take: " .. key) + 0.0
  end

  function api.GetTakeNumStretchMarkers(take) return take.stretch_markers end
  function api.CountTakeEnvelopes(take) return take.envelopes end
  function api.TakeFX_GetCount(take) return #take.fx end

  function api.TakeFX_CopyToTake(from, from_index, to, to_index)
    model.require_block(to)
    table.insert(to.fx, to_index + 1, from.fx[from_index + 1])
  end

  -- sources ----------------------------------------------------------------------------------------------------------

  function api.PCM_Source_CreateFromFile(path) return model.handle(model.file_source(path)) end
  function api.PCM_Source_Destroy(source) source.is_destroyed = true end

  function api.PCM_Source_GetSectionInfo(source)
    local section = source.section
    if not section then return false, 0.0, 0.0, false end
    return true, section.offset_sec, section.length_sec, section.is_reversed
  end

  local PEAK_ROUNDS = 3

  function api.PCM_Source_BuildPeaks(source, mode)
    if mode == 0 then source.peaks_left = PEAK_ROUNDS end
    if mode == 1 then source.peaks_left = source.peaks_left - 1 end
    if mode == 2 then assert(source.peaks_left == 0, "peaks were finished before they were built") end
    return source.peaks_left
  end

  function api.GetMediaSourceParent(source) return model.handle(source.parent) end
  function api.GetMediaSourceFileName(source) return source.file end
  function api.GetMediaSourceLength(source) return source.length_sec, false end

  function api.MIDIEditor_GetActive() return model.handle(fake.editor) end
  function api.MIDIEditor_GetTake(editor) return model.handle(editor.take) end

  function api.GetUserInputs(_, count)
    assert(count == 1, "the fake's user answers one question")
    return fake.answer ~= nil, fake.answer or ""
  end

  function api.OpenMediaExplorer(path) fake.heard[#fake.heard + 1] = { path = path, by = "explorer" } end

  for name, deed in pairs(dofile(FAKE .. "midi.lua")(model)) do api[name] = deed end
  for name, deed in pairs(dofile(FAKE .. "chunk.lua")(model)) do api[name] = deed end
  for name, deed in pairs(dofile(FAKE .. "tempo.lua")(model)) do api[name] = deed end
  return api
end
