--[[ What the user chooses in the menu: leaves messages for the listener, and shows what the listener says.

    actions.choose("split")   -- or another verb, "panel" or "jobs"
]]

local actions = {}

local LISTENER_MARK = 'name="AuxSend: listener"'
local CHOICES = { -- phase of a row -> what can be done with it; any other phase can be cancelled
  kept = {
    { deed = "insert", label = "Put in “%s” where it was" },
    { deed = "insert_at_playhead", label = "Put in “%s” at the playhead" },
    { deed = "forget", label = "Let go of “%s”" },
  },
  choose = { { deed = "choose", label = "Choose a sample for “%s”" }, { deed = "let_go", label = "Let go of “%s”" } },
  lost = { { deed = "ask_again", label = "Ask for “%s” again" }, { deed = "forget", label = "Let go of “%s”" } },
}
local CANCEL = { { deed = "cancel", label = "Cancel “%s”" } }
local NOTHING = "Nothing"

return function(auxsend)
  local say, session, suggestions = auxsend.sentences.say, auxsend.session, auxsend.suggestions

  local function tell(text)
    LuaDialog.Message("AuxSend", text, LuaDialog.MessageType.Info, LuaDialog.ButtonType.Close):run()
  end

  --- Whether the user has added the hook; Ardour writes all hooks down as soon as one is added.
  local function has_listener()
    local hooks = auxsend.files.read(ARDOUR.user_config_directory(-1) .. "/ui_scripts")
    return hooks ~= nil and hooks:find(LISTENER_MARK, 1, true) ~= nil
  end

  local function ask(verb)
    if not has_listener() then return tell(say("no_listener")) end
    local orders, sentences = auxsend.regions.orders(verb)
    for _, order in ipairs(orders) do
      if not session.post({ deed = "add", order = order }) then return tell(say("unwritable", session.folder())) end
    end
    if #sentences > 0 then tell(table.concat(sentences, "\n")) end
  end

  local function suggest()
    if not has_listener() then return tell(say("no_listener")) end
    local order, sentence = suggestions.order()
    if sentence then return tell(sentence) end
    if order and not session.post({ deed = "add", order = order }) then tell(say("unwritable", session.folder())) end
  end

  local function panel()
    if not has_listener() then return tell(say("no_listener")) end
    if not session.post({ deed = "panel" }) then tell(say("unwritable", session.folder())) end
  end

  local function line_of(row)
    local text = ("%s: %s"):format(row.title, row.message or say("row_" .. row.phase))
    return row.fraction and ("%s %d %%"):format(text, math.floor(100 * row.fraction)) or text
  end

  --- The dialog's form, and what each of its choices means.
  local function form_of(rows)
    local form, values, meanings = {}, { [NOTHING] = 0 }, {}
    for number, row in ipairs(rows) do
      form[number] = { type = "label", colspan = 2, align = "left", title = ("%d. %s"):format(number, line_of(row)) }
      for _, choice in ipairs(CHOICES[row.phase] or CANCEL) do
        meanings[#meanings + 1] = { deed = choice.deed, key = row.key }
        values[("%d. %s"):format(number, choice.label:format(row.title))] = #meanings
      end
    end
    form[#form + 1] = { type = "dropdown", key = "choice", title = "Do", values = values, default = NOTHING }
    return form, meanings
  end

  local function jobs()
    local rows = session.read("rows") or {}
    if #rows == 0 then return tell(say("no_jobs")) end
    local form, meanings = form_of(rows)
    local answer = LuaDialog.Dialog("AuxSend: jobs", form):run()
    local meaning = answer and meanings[answer.choice]
    if meaning and meaning.deed == "choose" then
      local list = suggestions.list()
      meaning = list and suggestions.choose(list)
    end
    if meaning then session.post(meaning) end
  end

  function actions.choose(verb)
    -- Ardour takes an action that fails out of the menu.
    local is_good, reason = pcall(({ jobs = jobs, suggest = suggest, panel = panel })[verb] or ask, verb)
    if not is_good then tell(tostring(reason)) end
    collectgarbage()
  end

  return actions
end
