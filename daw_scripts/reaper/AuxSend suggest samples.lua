-- AuxSend: suggests samples that go with the selected audio item.
local folder = select(2, reaper.get_action_context()):match("^(.*[/\\])")
dofile(folder .. "run.lua")(folder, "suggest")
