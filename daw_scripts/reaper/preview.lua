--[[ Lets a sample be heard before it is put in: by the SWS extension where it is installed, which plays it at the tempo
that it would have; else by REAPER's own Media Explorer, as the user has set that up.

    preview.toggle(row, playrate)   plays a sample, or stops it if it is the one that plays
    preview.stop()
]]

local preview = {}

local playing -- { path =, source =, handle = } of what SWS plays

function preview.stop()
  if not playing then return end
  reaper.CF_Preview_Stop(playing.handle)
  reaper.PCM_Source_Destroy(playing.source)
  playing = nil
end

local function play(path, playrate)
  local source = reaper.PCM_Source_CreateFromFile(path)
  if not source then return end
  local handle = reaper.CF_CreatePreview(source)
  reaper.CF_Preview_SetValue(handle, "D_PLAYRATE", playrate)
  reaper.CF_Preview_SetValue(handle, "B_PPITCH", 1)
  reaper.CF_Preview_Play(handle)
  playing = { path = path, source = source, handle = handle }
end

function preview.toggle(row, playrate)
  if not reaper.APIExists("CF_CreatePreview") then return reaper.OpenMediaExplorer(row.path, true) end
  local path = playing and playing.path
  preview.stop()
  if path ~= row.path then play(row.path, playrate) end
end

return function() return preview end
