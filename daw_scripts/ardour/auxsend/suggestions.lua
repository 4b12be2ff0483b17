--[[ Suggested samples: what is asked, and the list that waits in the session's folder until its user has chosen.

    suggestions.order()          -> an order (see shared/flow.lua) for the first selected region, or for words; or nil and a
                                    sentence, or nothing where the user has thought better of it
    suggestions.region_order()   -> likewise, but never for words, so that it asks nobody
    suggestions.order_again(list)   -> an order for what the list's pick asks for next
    suggestions.take(record, result)   -> true and a remark or nothing: the answer is the list now
    suggestions.list()           -> { key =, title =, pick =, context = } or nil
    suggestions.keep(list), suggestions.drop(list)
    suggestions.is_new           whether the list has not been shown to its user yet
    suggestions.choose(list)     -> a message for the listener, or nil; in a dialog

The choice is a dialog of Ardour's, and the rest is not: what is chosen may come from anywhere. A list does not outlast
the opening of the session in which it was asked for.
]]

local suggestions = { is_new = false }

local NAME = "samples"
local PARTS = { "wanted", "rows", "liked", "disliked", "shown" } -- of a pick, which the list's file keeps
local WISHES = { insert = "1. Put it in at the playhead", more = "2. More like this", drop = "3. Not this" }

local held -- the list, in the one interpreter that makes it: the listener's

return function(auxsend)
  local say, session, regions, samples = auxsend.sentences.say, auxsend.session, auxsend.regions, auxsend.samples
  local json, settings, Pick = auxsend.json, auxsend.settings, auxsend.Pick

  local function order_for(pick, title, context)
    context.is_unbound, context.parts = true, {}
    for _, part in ipairs(PARTS) do context.parts[part] = part ~= "rows" and pick[part] or nil end
    return { verb = "suggest", title = title, params = pick:params(), context = context }
  end

  local function restored(parts)
    local pick = Pick.new(json, parts.wanted)
    for _, part in ipairs(PARTS) do pick[part] = parts[part] or pick[part] end
    return pick
  end

  --- The words that the user looks for; nil if there are none.
  local function ask_for_words()
    local form = { { type = "entry", key = "text", title = say("sample_prompt"), default = "" } }
    local answer = LuaDialog.Dialog(say("title_suggest"), form):run()
    return answer and answer.text:match("^%s*(.-)%s*$")
  end

  local function new_wish()
    return { project = session.project(), project_bpm = samples.quarter_bpm() }
  end

  function suggestions.region_order()
    local order, sentence = regions.first_order("suggest")
    if not order then return nil, sentence end
    local wanted = new_wish()
    wanted.clip = order.params.clip
    local own = order_for(Pick.new(json, wanted), order.title, order.context)
    own.render = order.render
    return own
  end

  function suggestions.order()
    local order, sentence = suggestions.region_order()
    if order or sentence then return order, sentence end
    local wanted = new_wish()
    wanted.text = ask_for_words()
    if not wanted.text then return nil end
    if wanted.text == "" then return nil, say("sample_text_empty") end
    return order_for(Pick.new(json, wanted), wanted.text, { host = "ardour" })
  end

  function suggestions.order_again(list)
    return order_for(list.pick, list.title, list.context)
  end

  function suggestions.list()
    if held then return held end
    local list = session.read(NAME)
    if list then list.pick = restored(list.pick) end
    return list
  end

  function suggestions.keep(list)
    local parts = {}
    held = list
    for _, part in ipairs(PARTS) do parts[part] = list.pick[part] end
    session.write(NAME, { key = list.key, title = list.title, context = list.context, pick = parts })
  end

  function suggestions.drop(list)
    if list.context.rendered then os.remove(list.context.rendered) end
    session.remove(NAME)
    held, suggestions.is_new = nil, false
  end

  function suggestions.take(record, result)
    local context = record.context
    local pick = restored(context.parts)
    if context.rendered then -- the file that was written for the bridge; the next question is about it, too
      pick.wanted.clip = regions.clip(context.rendered, 0, context.length, "normal")
    end
    local is_list, key = pick:take(result)
    if not is_list then return true, say(key) end
    if held and held.context.rendered ~= context.rendered then suggestions.drop(held) end
    suggestions.keep({ key = auxsend.Spool.new_id(), title = record.title, context = context, pick = pick })
    suggestions.is_new = true
    return true
  end

  -- The dialog ---------------------------------------------------------------------------------------------------------

  local function form_of(list)
    local form, names, wishes = {}, {}, {}
    for number, row in ipairs(list.pick.rows) do
      local what, why = Pick.describe(row)
      local line = ("%02d. %s: %s (%s)"):format(number, row.name, what, why)
      form[number] = { type = "label", colspan = 2, align = "left", title = line }
      names[("%02d. %s"):format(number, row.name)] = number
    end
    for wish, label in pairs(WISHES) do wishes[label] = wish end
    local tempo = say("sample_at_tempo", list.pick.wanted.project_bpm)
    local first = ("%02d. %s"):format(1, list.pick.rows[1].name)
    table.move({
      { type = "dropdown", key = "number", title = say("sample_which"), values = names, default = first },
      { type = "dropdown", key = "wish", title = say("sample_wish"), values = wishes, default = WISHES.insert },
      { type = "checkbox", key = "is_matched", title = tempo, default = settings.match_tempo },
    }, 1, 3, #form + 1, form)
    return form
  end

  function suggestions.choose(list)
    local answer = LuaDialog.Dialog(say("samples_for", list.title), form_of(list)):run()
    if not answer then return nil end
    return { deed = "take", key = list.key, number = answer.number, wish = answer.wish, is_matched = answer.is_matched }
  end

  return suggestions
end
