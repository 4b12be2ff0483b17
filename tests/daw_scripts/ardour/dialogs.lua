ardour { ["type"] = "EditorAction", name = "Dialogs of the tests" }

--[[ Stands in for Ardour's dialogs, in the interpreter that all actions share: notes what they say, and answers.

What is said goes to said.txt; the entry of a form's dropdown that has the text of choice.txt in it is the answer.
]]

function factory(params)
  return function()
    local function say(text)
      local file = assert(io.open(params.folder .. "/said.txt", "a"))
      file:write(text, "\n")
      file:close()
    end
    local function wanted()
      local file = assert(io.open(params.folder .. "/choice.txt", "r"))
      local text = file:read("a")
      file:close()
      return text
    end
    local function run_form(form)
      for _, field in ipairs(form) do
        say(field.title)
        for label, value in pairs(field.values or {}) do
          if label:find(wanted(), 1, true) then return { [field.key] = value } end
        end
      end
    end
    LuaDialog = {
      MessageType = {}, ButtonType = {},
      Message = function(_, text) return { run = function() say(text) end } end,
      Dialog = function(_, form) return { run = function() return run_form(form) end } end,
    }
  end
end
