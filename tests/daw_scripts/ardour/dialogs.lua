ardour { ["type"] = "EditorAction", name = "Dialogs of the tests" }

--[[ Stands in for Ardour's dialogs, in the interpreter that all actions share: notes what they say, and answers.

What is said goes to said.txt. The lines of choice.txt are the answer: a dropdown's entry that has a line in it is chosen,
else its default; a checkbox whose title has a line in it is switched; “text: ” begins what is typed. Where no line fits, the
user has closed the dialog.
]]

function factory(params)
  return function()
    local function say(text)
      local file = assert(io.open(params.folder .. "/said.txt", "a"))
      file:write(text, "\n")
      file:close()
    end
    local lines
    local function read_lines()
      lines = {}
      for line in io.lines(params.folder .. "/choice.txt") do lines[#lines + 1] = line end
    end
    local function has_line(text)
      for _, line in ipairs(lines) do
        if text:find(line, 1, true) then return true end
      end
      return false
    end
    local ANSWERS = {} -- by type of field: the value, and whether a line has decided it
    function ANSWERS.dropdown(field)
      for label, value in pairs(field.values) do
        if has_line(label) then return value, true end
      end
      return field.values[field.default], false
    end
    function ANSWERS.checkbox(field)
      local is_switched = has_line(field.title)
      return field.default ~= is_switched, is_switched
    end
    function ANSWERS.entry()
      for _, line in ipairs(lines) do
        if line:find("^text: ") then return line:sub(7), true end
      end
      return "", false
    end
    local function run_form(form)
      read_lines()
      local answer, is_answered = {}, false
      for _, field in ipairs(form) do
        say(field.title)
        if ANSWERS[field.type] then
          local value, is_decided = ANSWERS[field.type](field)
          answer[field.key], is_answered = value, is_answered or is_decided
        end
      end
      return is_answered and answer or nil
    end
    LuaDialog = {
      MessageType = {}, ButtonType = {},
      Message = function(_, text) return { run = function() say(text) end } end,
      Dialog = function(_, form) return { run = function() return run_form(form) end } end,
    }
  end
end
