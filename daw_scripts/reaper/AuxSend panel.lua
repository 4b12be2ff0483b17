-- AuxSend: opens the panel in a browser, tells it what is selected, and does here what is chosen there.
local folder = select(2, reaper.get_action_context()):match("^(.*[/\\])")
dofile(folder .. "panel.lua")(folder)
