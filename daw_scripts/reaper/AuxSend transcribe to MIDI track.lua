-- AuxSend: writes down what the selected audio items play, as MIDI on a new track.
local folder = select(2, reaper.get_action_context()):match("^(.*[/\\])")
dofile(folder .. "run.lua")(folder, "transcribe")
