--[[ Registers the actions, and adds them to the menu of items if the user has a menu of their own there.

The menu's file is copied beside itself before it is changed. What was done and what is left to do is said at the end.
]]

local MENU_SECTION = "Media item context"

--- Returns the menu's entries, or nothing and the file that REAPER refused.
local function register(folder, actions)
  local entries = {}
  for i, action in ipairs(actions.list) do
    local command = actions.register(folder, action, i == #actions.list)
    if command == 0 then return nil, folder .. action.file end
    if action.is_in_menu then
      entries[#entries + 1] = { command = "_" .. reaper.ReverseNamedCommandLookup(command), label = action.label }
    end
  end
  return entries
end

local function write_whole(path, text)
  local file = io.open(path, "wb")
  if not file then return false end
  local is_written = file:write(text) and file:close()
  return is_written and true or false
end

--- Merges the entries into the user's menu; returns the key of the sentence that says what came of it.
local function extend_menu(files, menu, path, entries)
  local text = files.read(path)
  local merged = text and menu.merged(text, MENU_SECTION, entries)
  if not merged then return "menu_by_hand" end
  if merged == text then return "menu_there" end
  if not write_whole(path .. ".before-auxsend", text) then return "menu_by_hand" end
  if not write_whole(path .. ".auxsend-tmp", merged) then return "menu_by_hand" end
  if not os.rename(path .. ".auxsend-tmp", path) then -- Windows replaces no file by renaming
    os.remove(path)
    os.rename(path .. ".auxsend-tmp", path)
  end
  return "menu_added"
end

return function(folder)
  local auxsend = dofile(folder .. "load.lua")(folder)
  local words = auxsend.words
  local entries, refused = register(folder, auxsend.actions)
  local rows = {}
  if entries then
    local path = reaper.GetResourcePath() .. package.config:sub(1, 1) .. "reaper-menu.ini"
    local key = extend_menu(auxsend.files, dofile(folder .. "menu.lua"), path, entries)
    rows[1] = { title = words.say("actions_added"), message = words.say("actions_where"), buttons = {} }
    rows[2] = { title = words.say("menu_title"), message = words.say(key), buttons = {} }
  else
    rows[1] = { title = "AuxSend", message = words.say("actions_refused", refused), buttons = {} }
  end
  local window = auxsend.window.open(words.say("title_install"))
  local function tick()
    local _, pressed = window:draw(rows)
    if pressed == "esc" then window:close() end
    if window.is_open then reaper.defer(tick) end
  end
  tick()
end
