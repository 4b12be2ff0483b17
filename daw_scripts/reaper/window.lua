--[[ A small window of REAPER's own (gfx): one row per job, with its progress, its words and its buttons.

    local window = Window.open(title)
    window:draw(rows) -> row, label of the button that was pressed in it; or nil, "esc" or "closed"; or nothing
    window:close(), window.is_open

A row is { title =, message =, fraction = 0..1 or nil, buttons = { "Cancel", ... } }. Rows beyond the last that fits are
counted in a line below. Nothing here waits: `draw` draws once and returns.
]]

local Window = {}
Window.__index = Window

local WIDTH, ROW = 600, 102
local MOST_ROWS, MOST_LINES = 7, 3
local ESC, CLOSED = 27, -1

return function(auxsend)
  local paint = auxsend.paint
  local MARGIN, LINE, BUTTON = paint.MARGIN, paint.LINE, paint.BUTTON
  local more = auxsend.words.say("more_rows")

  function Window.open(title)
    gfx.init(title, WIDTH, ROW + MARGIN)
    gfx.setfont(1, "Arial", 15)
    return setmetatable({ is_open = true, row_count = 1, mouse = paint.new_mouse() }, Window)
  end

  local function draw_bar(fraction, y)
    paint.fill(paint.GROOVE, MARGIN, y, WIDTH - 2 * MARGIN, 5)
    local done = math.floor((WIDTH - 2 * MARGIN) * math.min(1, math.max(0, fraction)))
    paint.fill(paint.BAR, MARGIN, y, done, 5)
  end

  function Window:draw_row(row, y)
    local right, pressed = WIDTH - MARGIN, nil
    for i = #row.buttons, 1, -1 do
      local x = right - paint.button_width(row.buttons[i])
      if paint.button(row.buttons[i], x, y) and self.is_click then pressed = row.buttons[i] end
      right = x - 6
    end
    paint.write(paint.wrapped(row.title, right - MARGIN)[1], MARGIN, y + 3, paint.INK)
    local lines = paint.wrapped(row.message, WIDTH - 2 * MARGIN)
    for i = 1, math.min(#lines, MOST_LINES) do
      local is_cut = i == MOST_LINES and #lines > MOST_LINES
      paint.write(lines[i] .. (is_cut and " …" or ""), MARGIN, y + BUTTON + 4 + (i - 1) * LINE, paint.FADED)
    end
    if row.fraction then draw_bar(row.fraction, y + BUTTON + 8 + LINE) end
    return pressed
  end

  --- The window is as high as its rows need.
  function Window:fit(row_count)
    if row_count == self.row_count then return end
    self.row_count = row_count
    gfx.init("", WIDTH, math.min(row_count, MOST_ROWS) * ROW + MARGIN + (row_count > MOST_ROWS and LINE or 0))
  end

  function Window:draw(rows)
    local key = gfx.getchar()
    if key == CLOSED then self.is_open = false end
    if key == CLOSED or key == ESC then return nil, key == ESC and "esc" or "closed" end
    self:fit(math.max(1, #rows))
    self.is_click = self.mouse:read()
    paint.fill(paint.PAPER, 0, 0, WIDTH, ROW * MOST_ROWS + 2 * MARGIN + LINE)
    local pressed_row, pressed
    for i = 1, math.min(#rows, MOST_ROWS) do
      local label = self:draw_row(rows[i], MARGIN + (i - 1) * ROW)
      if label then pressed_row, pressed = rows[i], label end
    end
    if #rows > MOST_ROWS then
      paint.write(more:format(#rows - MOST_ROWS), MARGIN, MARGIN + MOST_ROWS * ROW - 4, paint.FADED)
    end
    gfx.update()
    return pressed_row, pressed
  end

  function Window:close()
    if self.is_open then gfx.quit() end
    self.is_open = false
  end

  return Window
end
