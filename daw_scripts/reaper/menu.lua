--[[ Adds entries to one menu in the text of REAPER's reaper-menu.ini, where a section holds a whole menu of the user's.

    menu.merged(text, section, entries) -> new text; the same text if the entries are there; nil if the section is not

An entry is { command = "_RS...", label = "..." }. A section that is absent means REAPER's own menu, which only REAPER
knows: writing a section with nothing but our entries would take that menu away, so then nothing is written.
]]

local menu = {}

local SEPARATOR_LINE = "-1"

local function lines_of(text)
  local lines = {}
  for line in (text .. (text:sub(-1) == "\n" and "" or "\n")):gmatch("(.-)\r?\n") do lines[#lines + 1] = line end
  return lines
end

--- The lines [first, last] of a section, without its heading; nil if it is not there.
local function range_of(lines, section)
  local first
  for i, line in ipairs(lines) do
    if first and line:find("^%[") then return first, i - 1 end
    if line == "[" .. section .. "]" then first = i + 1 end
  end
  return first, #lines
end

--- The last line of an item in a range, its number, and whether one of them has the command.
local function last_item(lines, first, last, command)
  local line_number, item_number, is_there = first - 1, -1, false
  for i = first, last do
    local number, item = lines[i]:match("^item_(%d+)=(.*)$")
    if number and tonumber(number) > item_number then line_number, item_number = i, math.tointeger(tonumber(number)) end
    if item and item:find(command, 1, true) == 1 then is_there = true end
  end
  return line_number, item_number, is_there
end

function menu.merged(text, section, entries)
  local lines = lines_of(text)
  local first, last = range_of(lines, section)
  if not first then return nil end
  local missing = {}
  for _, entry in ipairs(entries) do
    local _, _, is_there = last_item(lines, first, last, entry.command)
    if not is_there then missing[#missing + 1] = entry.command .. " " .. entry.label end
  end
  if #missing == 0 then return text end
  local at, number = last_item(lines, first, last, "")
  table.insert(missing, 1, SEPARATOR_LINE)
  for i, item in ipairs(missing) do table.insert(lines, at + i, ("item_%d=%s"):format(number + i, item)) end
  return table.concat(lines, text:find("\r\n") and "\r\n" or "\n") .. (text:find("\r\n") and "\r\n" or "\n")
end

return menu
