--[[ What the panel is told of the selection, as shared/companion.lua asks for it.

    told.look()   -> a text that differs whenever the first selected region, or how it plays, does
    told.tell()   -> the params of the verb “select”

A look makes objects of Ardour's that hold a region, until Lua collects them. A collection takes some milliseconds: so there is
one when the selection has changed, which it has when that region is deleted, and not at every look.
]]

local told = {}

local MOST_BPM = 1000 -- the bridge takes no more

local function first_selected()
  for region in Editor:get_selection().regions:regionlist():iter() do return region end
  return nil
end

return function(auxsend)
  local regions, samples, session, json = auxsend.regions, auxsend.samples, auxsend.session, auxsend.json
  local seen

  local function text_of(region)
    local position = region:position():samples()
    return table.concat({
      region:to_stateful():id():to_s(), region:name(), position, region:start():samples(), region:length():samples(),
      samples.quarter_bpm(position),
    }, "\n")
  end

  function told.look()
    local region = first_selected()
    local text = session.project() .. "\n" .. (region and text_of(region) or "")
    if text ~= seen then
      region, seen = nil, text
      collectgarbage()
    end
    return text
  end

  function told.tell()
    local region = first_selected()
    local quarter_bpm = samples.quarter_bpm(region and region:position():samples())
    return {
      clip = region and regions.heard_clip(region) or json.null, name = region and region:name() or "",
      project = session.project(), folder = session.folder():gsub("/$", ""), quarter_bpm = math.min(MOST_BPM, quarter_bpm),
      key = "",
    }
  end

  return told
end
