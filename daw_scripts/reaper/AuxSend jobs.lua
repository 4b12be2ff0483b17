-- AuxSend: shows all jobs, and puts in the results that found no place.
local folder = select(2, reaper.get_action_context()):match("^(.*[/\\])")
dofile(folder .. "jobs.lua")(folder)
