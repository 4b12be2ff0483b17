--[[ Writes a project of the model, or one item, as REAPER would save it, as far as the model goes.

    rpp_text.project(project, ppq_of) -> text; `ppq_of(item)` is how many ticks long an item is
    rpp_text.item(item, length_ppq)   -> text, as GetItemStateChunk has it
]]

local rpp_text = {}

local COLOUR_IS_SET = 0x1000000

local function quoted(text)
  for _, quote in ipairs({ '"', "'", "`" }) do
    if not text:find(quote, 1, true) then return quote .. text .. quote end
  end
  return "`" .. text:gsub("`", "'") .. "`"
end

local function source_lines(source, out, indent)
  if source.section then
    local section = source.section
    out(indent, "<SOURCE SECTION")
    out(indent, ("  LENGTH %.14g"):format(section.length_sec))
    out(indent, ("  STARTPOS %.14g"):format(section.offset_sec))
    out(indent, ("  MODE %d"):format(section.is_reversed and 2 or 0))
    source_lines(source.parent, out, indent .. "  ")
  else
    out(indent, "<SOURCE WAVE")
    out(indent, "  FILE " .. quoted(source.file))
  end
  out(indent, ">")
end

--- A MIDI source: every event with the ticks since the one before, in hexadecimal; the last one marks the end.
local function midi_lines(take, length_ppq, out, indent)
  local events = {}
  local function add(ppq, status, first, second) events[#events + 1] = { ppq, status, first, second, #events } end
  for _, message in ipairs(take.messages) do add(message.ppq, message.kind | message.channel, message.first, message.second) end
  for _, note in ipairs(take.notes) do
    add(note.first_ppq, 0x90 | note.channel, note.pitch, note.velocity)
    add(note.last_ppq, 0x80 | note.channel, note.pitch, 0)
  end
  add(length_ppq, 0xB0, 123, 0)
  table.sort(events, function(a, b)
    if a[1] ~= b[1] then return a[1] < b[1] end
    return a[5] < b[5]
  end)
  out(indent, "<SOURCE MIDI")
  out(indent, "  HASDATA 1 960 QN")
  out(indent, "  POOLEDEVTS " .. take.guid)
  local ppq = 0
  for _, event in ipairs(events) do
    out(indent, ("  E %d %02x %02x %02x"):format(event[1] - ppq, event[2], event[3], event[4]))
    ppq = event[1]
  end
  out(indent, ">")
end

local function take_lines(item, take, length_ppq, out)
  out("    ", "  NAME " .. quoted(take.name))
  if not item.takes or take == item.takes[1] then
    out("    ", ("  VOLPAN %.14g %.14g %.14g -1"):format(item.values.D_VOL, take.values.D_PAN, take.values.D_VOL))
  else
    out("    ", ("  TAKEVOLPAN %.14g %.14g -1"):format(take.values.D_PAN, take.values.D_VOL))
  end
  out("    ", ("  SOFFS %.14g"):format(take.values.D_STARTOFFS))
  out("    ", ("  PLAYRATE %.14g %d 0"):format(take.values.D_PLAYRATE, take.values.B_PPITCH))
  out("    ", ("  CHANMODE %d"):format(take.values.I_CHANMODE))
  if take.is_midi then
    midi_lines(take, length_ppq, out, "      ")
  elseif take.source then
    source_lines(take.source, out, "      ")
  end
end

local function item_lines(item, length_ppq, out)
  local values = item.values
  out("    ", "<ITEM")
  out("    ", ("  POSITION %.14g"):format(values.D_POSITION))
  out("    ", ("  LENGTH %.14g"):format(values.D_LENGTH))
  out("    ", ("  LOOP %d"):format(values.B_LOOPSRC))
  out("    ", ("  MUTE %d 0"):format(values.B_MUTE))
  out("    ", "  IGUID " .. item.guid)
  for i, take in ipairs(item.takes or { item.take }) do
    if i > 1 then out("    ", take == item.take and "  TAKE SEL" or "  TAKE") end
    take_lines(item, take, length_ppq, out)
  end
  out("    ", ">")
end

--- REAPER writes the folder depth as ISBUS: 1 1 opens a folder, 2 -n closes n.
local function bus_of(depth)
  return depth == 1 and "1 1" or depth < 0 and ("2 %d"):format(depth) or "0 0"
end

function rpp_text.item(item, length_ppq)
  local lines = {}
  item_lines(item, length_ppq, function(_, text) lines[#lines + 1] = (text:gsub("^%s+", "")) end)
  return table.concat(lines, "\n") .. "\n"
end

function rpp_text.project(project, ppq_of)
  local lines = {}
  local function out(indent, text) lines[#lines + 1] = indent .. text end
  out("", "<REAPER_PROJECT 0.1 6.0 0")
  for _, track in ipairs(project.tracks) do
    local values = track.values
    out("  ", "<TRACK " .. track.guid)
    out("  ", "  NAME " .. quoted(track.name))
    if values.I_CUSTOMCOLOR & COLOUR_IS_SET ~= 0 then out("  ", ("  PEAKCOL %d"):format(values.I_CUSTOMCOLOR)) end
    out("  ", "  ISBUS " .. bus_of(math.tointeger(values.I_FOLDERDEPTH)))
    for _, item in ipairs(track.items) do item_lines(item, ppq_of(item), out) end
    out("  ", ">")
  end
  out("", ">")
  return table.concat(lines, "\n") .. "\n"
end

return rpp_text
