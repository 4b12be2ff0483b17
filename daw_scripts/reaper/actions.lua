--[[ The actions, as files beside this one, for whatever registers or starts them.

    actions.list                -> list of { file =, label =, deed = or nil, is_in_menu =, is_for_notes = }; `deed` is what the
                                   panel calls it, `is_for_notes` says that it belongs to the MIDI editor, too
    actions.register(folder, action, is_last)   -> REAPER's number of an action, new or not; 0 if REAPER refuses it
    actions.start(folder, deed)                 begins one on what is selected; true, or nil and its file
]]

local actions = {}

local MAIN, MIDI_EDITOR = 0, 32060 -- sections of the action list
local PLAIN = 0 -- of Main_OnCommand: nothing special

actions.list = {
  { file = "AuxSend split to stems.lua", label = "AuxSend: split to stems", deed = "split", is_in_menu = true },
  {
    file = "AuxSend transcribe to MIDI track.lua", label = "AuxSend: transcribe to MIDI track", deed = "transcribe",
    is_in_menu = true,
  },
  {
    file = "AuxSend continue this melody.lua", label = "AuxSend: continue this melody", deed = "continue", is_in_menu = true,
    is_for_notes = true,
  },
  { file = "AuxSend suggest samples.lua", label = "AuxSend: suggest samples", deed = "suggest", is_in_menu = true },
  { file = "AuxSend panel.lua", label = "AuxSend: panel" },
  { file = "AuxSend jobs.lua", label = "AuxSend: jobs" },
}

function actions.register(folder, action, is_last)
  local path = folder .. action.file
  local command = reaper.AddRemoveReaScript(true, MAIN, path, is_last)
  if command ~= 0 and action.is_for_notes then reaper.AddRemoveReaScript(true, MIDI_EDITOR, path, is_last) end
  return command
end

function actions.start(folder, deed)
  for _, action in ipairs(actions.list) do
    if action.deed == deed then
      local command = reaper.AddRemoveReaScript(true, MAIN, folder .. action.file, true)
      if command == 0 then return nil, folder .. action.file end
      reaper.Main_OnCommand(command, PLAIN)
      return true
    end
  end
end

return function() return actions end
