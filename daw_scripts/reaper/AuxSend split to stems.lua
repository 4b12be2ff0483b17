-- AuxSend: splits the selected audio items into stems on new tracks.
local folder = select(2, reaper.get_action_context()):match("^(.*[/\\])")
dofile(folder .. "run.lua")(folder, "split")
