--[[ What comes of a list of samples: what its user wishes, and what the library is told of it.

    picking.offer(listener)           at each tick: opens a new list for its user, or notes that it is there, once
    picking.take(listener, message)   does what was chosen in it (see suggestions.choose)
    picking.let_go(message)

The listener runs the jobs and says what is to be said: listener:add(order), listener:tell(title, message).
]]

local picking = {}

return function(auxsend)
  local say, session, suggestions = auxsend.sentences.say, auxsend.session, auxsend.suggestions
  local settings, samples, regions, host = auxsend.settings, auxsend.samples, auxsend.regions, auxsend.host

  local function tell_library(listener, list, row, kind)
    local context = { host = "ardour", is_unbound = true, run = host.run }
    listener:add({ verb = "use", title = row.name, params = list.pick:use(row, kind), context = context })
  end

  local WISHES = {}

  function WISHES.insert(listener, list, row, is_matched)
    local _, track = regions.find(list.context)
    local is_in, sentence = samples.insert({ row }, is_matched, track)
    if not is_in then return listener:tell(list.title, sentence) end
    tell_library(listener, list, row, "inserted")
    suggestions.drop(list)
  end

  --- The list stays until others have come.
  function WISHES.more(listener, list, row)
    tell_library(listener, list, row, "kept")
    list.pick:more(row)
    listener:add(suggestions.order_again(list))
  end

  function WISHES.drop(listener, list, row)
    tell_library(listener, list, row, "skipped")
    list.pick:drop(row)
    suggestions.keep(list)
    suggestions.is_new = #list.pick.rows > 0
    if not suggestions.is_new then listener:add(suggestions.order_again(list)) end
  end

  function picking.take(listener, message)
    local list = suggestions.list()
    local row = list and list.key == message.key and list.pick.rows[message.number]
    if row then WISHES[message.wish](listener, list, row, message.is_matched) end
  end

  function picking.let_go(message)
    local list = suggestions.list()
    if list and list.key == message.key then suggestions.drop(list) end
  end

  --- Not while the transport rolls: a dialog takes the window.
  function picking.offer(listener)
    local is_quiet = settings.messages == "log"
    if not suggestions.is_new or (not is_quiet and Session:transport_rolling()) then return end
    local list = suggestions.list()
    suggestions.is_new, listener.is_changed = false, true
    if is_quiet then return session.log(("%s: %s"):format(list.title, say("samples_found", #list.pick.rows))) end
    local message = suggestions.choose(list)
    if message then picking.take(listener, message) else suggestions.drop(list) end
  end

  return picking
end
