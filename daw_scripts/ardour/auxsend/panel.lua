--[[ The panel's hand in Ardour, from the first “AuxSend: panel” until the session is closed: the listener ticks it.

    local panel = Panel.new(listener)
    panel:open()   opens the panel in the user's browser
    panel:tick()

It tells the bridge what is selected, and does what is ordered in the panel. The listener runs the jobs and says what is to be
said: listener:add(order), listener:begin(order), listener:tell(title, message).
]]

local Panel = {}
Panel.__index = Panel

local TITLE = "AuxSend"
local ACTIONS = { "split", "transcribe", "continue" }

return function(auxsend)
  local say, host, regions, session = auxsend.sentences.say, auxsend.host, auxsend.regions, auxsend.session
  local Pick, samples, suggestions = auxsend.Pick, auxsend.samples, auxsend.suggestions

  local function context()
    return { host = host.name, is_unbound = true, run = host.run }
  end

  local DEEDS = {}

  function DEEDS.insert_samples(listener, order)
    if not (Pick.are_rows(order.rows) and #order.rows > 0) then return listener:tell(TITLE, say("result_unknown")) end
    local is_in, sentence = samples.insert(order.rows, (tonumber(order.project_bpm) or 0) > 0)
    if not is_in then return listener:tell(TITLE, sentence) end
    local pick = Pick.new(auxsend.json, { project = session.project() })
    for _, row in ipairs(order.rows) do
      listener:add({ verb = "use", title = row.name, params = pick:use(row, "inserted"), context = context() })
    end
  end

  function DEEDS.insert_job(listener, order)
    local is_in, sentence = host.insert_job(order.job)
    local said = is_in and auxsend.Flow.remarks(order.job.result, sentence) or sentence
    if said then listener:tell(TITLE, said) end
  end

  function DEEDS.suggest(listener)
    local order, sentence = suggestions.region_order()
    if order then return listener:begin(order) end
    listener:tell(TITLE, sentence or say("select_audio"))
  end

  for _, verb in ipairs(ACTIONS) do
    DEEDS[verb] = function(listener)
      local orders, sentences = regions.orders(verb)
      for _, order in ipairs(orders) do listener:begin(order) end
      for _, sentence in ipairs(sentences) do listener:tell(TITLE, sentence) end
    end
  end

  function Panel.new(listener)
    local deeds = {}
    for name, deed in pairs(DEEDS) do
      deeds[name] = function(order)
        listener.is_changed = true -- so that the next tick ends as one that had work
        deed(listener, order)
      end
    end
    local companion = auxsend.Companion.new({
      spool = auxsend.spool, words = auxsend.sentences, name = host.name, clock = host.clock, look = auxsend.told.look,
      tell = auxsend.told.tell, deeds = deeds, complain = function(sentence) listener:tell(TITLE, sentence) end,
    })
    return setmetatable({ listener = listener, companion = companion }, Panel)
  end

  function Panel:open()
    self.listener:add({ verb = "panel", title = TITLE, params = {}, context = context() })
  end

  function Panel:tick()
    self.companion:tick()
  end

  return Panel
end
