-- AuxSend: adds its actions to the action list and, where that is possible, to the menu of items.
local folder = select(2, reaper.get_action_context()):match("^(.*[/\\])")
dofile(folder .. "install.lua")(folder)
