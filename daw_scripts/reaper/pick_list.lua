--[[ The list of suggested samples, drawn in a window that is open: the keys, the mouse, and what the user wants done.

    local list = PickList.open()
    list:draw(view) -> deed, row; or nothing

`view` is { rows =, is_matched =, project_bpm =, note = sentence for the last line }. A deed is “insert”, “listen”, “more”,
“drop”, “tempo”, “esc” or “closed”; the row is the chosen one. A click chooses a row, a double click inserts it.
]]

local PickList = {}
PickList.__index = PickList

local WIDTH, ROW, SHOWN_ROWS = 760, 42, 10
local WHAT_WIDTH = 250
local DOUBLE_CLICK_SEC = 0.4
local ENTER, SPACE, ESC, CLOSED = 13, 32, 27, -1
local UP, DOWN, PAGE_UP, PAGE_DOWN, HOME, END = 30064, 1685026670, 1885828464, 1885824110, 1752132965, 6647396
local DEEDS = {
  [ENTER] = "insert", [SPACE] = "listen", [ESC] = "esc", [CLOSED] = "closed",
  [("m"):byte()] = "more", [("M"):byte()] = "more", [("n"):byte()] = "drop", [("N"):byte()] = "drop",
  [("t"):byte()] = "tempo", [("T"):byte()] = "tempo",
}
local STEPS = {
  [UP] = -1, [DOWN] = 1, [PAGE_UP] = -SHOWN_ROWS, [PAGE_DOWN] = SHOWN_ROWS, [HOME] = -math.huge, [END] = math.huge,
}
local BUTTONS = { "insert", "listen", "more", "drop" }

return function(auxsend)
  local paint, words, Pick = auxsend.paint, auxsend.words, auxsend.Pick
  local MARGIN, LINE = paint.MARGIN, paint.LINE
  local FOOT = MARGIN + SHOWN_ROWS * ROW
  local HEIGHT = FOOT + paint.BUTTON + LINE + 2 * MARGIN

  function PickList.open()
    gfx.init("", WIDTH, HEIGHT)
    return setmetatable({ chosen = 1, first = 1, mouse = paint.new_mouse(), clicked_at = -math.huge }, PickList)
  end

  --- Chooses a row, and scrolls as far as it takes to see it.
  function PickList:choose(number, row_count)
    self.chosen = math.tointeger(math.max(1, math.min(row_count, number)))
    self.first = math.max(math.min(self.first, self.chosen), self.chosen - SHOWN_ROWS + 1)
    self.first = math.max(1, math.min(self.first, row_count - SHOWN_ROWS + 1))
  end

  function PickList:read_wheel(row_count)
    local turned = gfx.mouse_wheel or 0
    if turned == 0 then return end
    gfx.mouse_wheel = 0
    self:choose(self.chosen + (turned > 0 and -1 or 1), row_count)
  end

  function PickList:draw_row(row, y, is_chosen)
    if is_chosen then paint.fill(paint.CHOSEN, MARGIN - 6, y - 2, WIDTH - 2 * MARGIN + 12, ROW - 2) end
    local what, why = Pick.describe(row)
    local what_x = WIDTH - MARGIN - WHAT_WIDTH
    paint.write(paint.cut(row.name, what_x - 2 * MARGIN), MARGIN, y + 2, paint.INK)
    paint.write(paint.cut(what, WHAT_WIDTH), what_x, y + 2, paint.FADED)
    paint.write(paint.cut(why, WIDTH - 2 * MARGIN), MARGIN, y + 2 + LINE, paint.FADED)
    return self.is_click and paint.is_over(0, y - 2, WIDTH, ROW)
  end

  --- Draws the rows in sight; returns the number of the one that was clicked.
  function PickList:draw_rows(rows)
    local clicked
    for i = self.first, math.min(#rows, self.first + SHOWN_ROWS - 1) do
      local is_clicked = self:draw_row(rows[i], MARGIN + (i - self.first) * ROW, i == self.chosen)
      if is_clicked then clicked = i end
    end
    return clicked
  end

  --- Draws the buttons and the last line; returns the deed of the button that was pressed.
  function PickList:draw_foot(view)
    local x, pressed = MARGIN, nil
    local function add(label, deed)
      if paint.button(label, x, FOOT) and self.is_click then pressed = deed end
      x = x + paint.button_width(label) + 6
    end
    for _, deed in ipairs(BUTTONS) do add(words.say("sample_" .. deed), deed) end
    add(view.is_matched and words.say("sample_matched", view.project_bpm) or words.say("sample_own_speed"), "tempo")
    paint.write(paint.cut(view.note, WIDTH - 2 * MARGIN), MARGIN, FOOT + paint.BUTTON + 8, paint.FADED)
    return pressed
  end

  --- Whether this click on a row is the second in a short time.
  function PickList:is_double(number)
    local now = reaper.time_precise()
    local is_double = number == self.clicked and now - self.clicked_at < DOUBLE_CLICK_SEC
    self.clicked, self.clicked_at = number, now
    return is_double
  end

  function PickList:draw(view)
    local rows, key = view.rows, gfx.getchar()
    self.is_click = self.mouse:read()
    self:choose(self.chosen + (STEPS[key] or 0), #rows)
    self:read_wheel(#rows)
    local deed = DEEDS[key]
    if deed == "closed" then return deed end
    paint.fill(paint.PAPER, 0, 0, WIDTH, HEIGHT)
    local clicked = self:draw_rows(rows)
    deed = self:draw_foot(view) or deed
    gfx.update()
    if clicked then
      self:choose(clicked, #rows)
      if self:is_double(clicked) then deed = "insert" end
    end
    return deed, rows[self.chosen]
  end

  return PickList
end
