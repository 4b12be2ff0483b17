--[[ REAPER's functions for an item's text, as far as the model goes: MIDI items, and takes that are still empty.

What a script writes is read as REAPER reads it: a take without HASDATA is none that takes notes, two that share POOLEDEVTS
share their notes, and every take is a new one afterwards, whatever was known of it before.
]]

local rpp_text = dofile(FAKE .. "rpp.lua")

return function(model)
  local api = {}

  function api.GetItemStateChunk(item)
    return true, rpp_text.item(item, model.length_ppq(model.owner(item), item))
  end

  --- The lines of each take's source, in order; the text's own brackets must fit.
  local function sources_of(text)
    local depth, sources, is_next = 0, {}, true
    for line in text:gmatch("[^\n]+") do
      local word = line:match("%S+")
      if word == "TAKE" and depth == 1 then is_next = true end
      if word == "<SOURCE" then
        assert(is_next and depth == 1 and line:find("<SOURCE MIDI%s*$"), "the fake reads one MIDI source in each take")
        sources[#sources + 1], is_next = {}, false
      elseif depth == 2 and word ~= ">" then
        table.insert(sources[#sources], (line:gsub("^%s+", "")))
      end
      depth = depth + (word:sub(1, 1) == "<" and 1 or word == ">" and -1 or 0)
    end
    assert(depth == 0 and text:find("^<ITEM"), "this is no item's text")
    return sources
  end

  local function take_of(lines, pools)
    local take = model.new_take(nil, nil, { kind = "source", file = "", length_sec = 0 })
    for _, line in ipairs(lines) do
      local pool = line:match("^POOLEDEVTS (.+)")
      assert(not (pool and pools[pool]), "two takes share their notes")
      if pool then pools[pool] = true end
      if line:find("^HASDATA 1 960 QN$") then take.is_midi = true end
      if line:find("^E ") then take.length_ppq = assert(tonumber(line:match("^E (%d+) b0 7b 00$")), "the take is not empty") end
    end
    assert(take.length_ppq, "a take has no end")
    return take
  end

  function api.SetItemStateChunk(item, text)
    model.require_block(item)
    local takes, pools = {}, {}
    for i, lines in ipairs(sources_of(text)) do takes[i] = take_of(lines, pools) end
    for _, take in ipairs(takes) do assert(take.length_ppq == takes[1].length_ppq, "takes differ in length") end
    item.take, item.takes = takes[1], takes
    return true
  end

  return api
end
