-- AuxSend: continues the melody of the selected MIDI item, or of the one in the MIDI editor.
local folder = select(2, reaper.get_action_context()):match("^(.*[/\\])")
dofile(folder .. "run.lua")(folder, "continue")
