--[[ What the panel is told of the selection, as shared/companion.lua asks for it.

    told.look()   -> a text that differs whenever the first selected item, or how it plays, does
    told.tell()   -> the params of the verb “select”
]]

local told = {}

local ITEM_VALUES, TAKE_VALUES = { "D_POSITION", "D_LENGTH", "B_LOOPSRC" }, { "D_STARTOFFS", "D_PLAYRATE", "I_CHANMODE" }
local MOST_BPM = 1000 -- the bridge takes no more

return function(auxsend)
  local projects, selection, samples, json = auxsend.projects, auxsend.selection, auxsend.samples, auxsend.json

  --- Where the tempo counts: at the first selected item, or at the edit cursor.
  local function time_of(project, item)
    return item and reaper.GetMediaItemInfo_Value(item, "D_POSITION") or reaper.GetCursorPositionEx(project)
  end

  function told.look()
    local project, path = projects.current()
    local item = reaper.GetSelectedMediaItem(project, 0)
    local take = item and reaper.GetActiveTake(item)
    local seen = { tostring(project), path, tostring(item), samples.quarter_bpm(project, time_of(project, item)) }
    for _, key in ipairs(item and ITEM_VALUES or {}) do seen[#seen + 1] = reaper.GetMediaItemInfo_Value(item, key) end
    for _, key in ipairs(take and TAKE_VALUES or {}) do seen[#seen + 1] = reaper.GetMediaItemTakeInfo_Value(take, key) end
    if take then
      seen[#seen + 1], seen[#seen + 2] = reaper.GetTakeName(take), tostring(reaper.GetMediaItemTake_Source(take))
    end
    return table.concat(seen, "\n")
  end

  function told.tell()
    local project = projects.current()
    local clip, name = selection.clip()
    local quarter_bpm = samples.quarter_bpm(project, time_of(project, reaper.GetSelectedMediaItem(project, 0)))
    return {
      clip = clip or json.null, name = name or "", project = projects.identity(), folder = selection.media_folder(project),
      quarter_bpm = math.min(MOST_BPM, quarter_bpm), key = "",
    }
  end

  return told
end
