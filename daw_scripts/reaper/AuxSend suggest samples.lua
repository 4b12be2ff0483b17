-- AuxSend: suggests samples that go with the selected audio item, or with words, and puts one in at the edit cursor.
local folder = select(2, reaper.get_action_context()):match("^(.*[/\\])")
dofile(folder .. "suggest.lua")(folder)
