--[[ A small window of REAPER's own (gfx): one row per job, with its progress, its words and its buttons.

    local window = Window.open(title)
    window:draw(rows) -> row, label of the button that was pressed in it; or nil, "esc" or "closed"; or nothing
    window:close(), window.is_open

A row is { title =, message =, fraction = 0..1 or nil, buttons = { "Cancel", ... } }. Rows beyond the last that fits are
counted in a line below. Nothing here waits: `draw` draws once and returns.
]]

local Window = {}
Window.__index = Window

local WIDTH, ROW, MARGIN, LINE, BUTTON = 600, 102, 14, 18, 22
local MOST_ROWS, MOST_LINES = 7, 3
local ESC, CLOSED = 27, -1
local LEFT_BUTTON = 1
local PAPER, INK, FADED, BAR, GROOVE = { 0.16, 0.17, 0.19 }, { 0.92, 0.92, 0.92 }, { 0.68, 0.70, 0.73 }, { 0.25, 0.63, 0.47 }, { 0.26, 0.27, 0.30 }

function Window.open(title)
  gfx.init(title, WIDTH, ROW + MARGIN)
  gfx.setfont(1, "Arial", 15)
  return setmetatable({ is_open = true, row_count = 1, was_down = true }, Window)
end

local function colour(shade)
  gfx.set(shade[1], shade[2], shade[3], 1)
end

local function write(text, x, y, shade)
  colour(shade)
  gfx.x, gfx.y = x, y
  gfx.drawstr(text)
end

--- Splits a text into lines no wider than `width`, at its spaces.
local function wrapped(text, width)
  local lines, line = {}, ""
  for word in text:gmatch("%S+") do
    local longer = line == "" and word or line .. " " .. word
    if gfx.measurestr(longer) > width and line ~= "" then
      lines[#lines + 1], line = line, word
    else
      line = longer
    end
  end
  lines[#lines + 1] = line
  return lines
end

local function draw_bar(fraction, y)
  colour(GROOVE)
  gfx.rect(MARGIN, y, WIDTH - 2 * MARGIN, 5)
  colour(BAR)
  gfx.rect(MARGIN, y, math.floor((WIDTH - 2 * MARGIN) * math.min(1, math.max(0, fraction))), 5)
end

--- Draws a button that ends at `right`; returns where it begins, and whether it was pressed.
function Window:draw_button(label, right, y)
  local width = gfx.measurestr(label) + 16
  local x = right - width
  colour(GROOVE)
  gfx.rect(x, y, width, BUTTON)
  write(label, x + 8, y + 3, INK)
  local is_over = gfx.mouse_x >= x and gfx.mouse_x < right and gfx.mouse_y >= y and gfx.mouse_y < y + BUTTON
  return x, is_over and self.is_click
end

function Window:draw_row(row, y)
  local right, pressed = WIDTH - MARGIN, nil
  for i = #row.buttons, 1, -1 do
    local x, is_pressed = self:draw_button(row.buttons[i], right, y)
    if is_pressed then pressed = row.buttons[i] end
    right = x - 6
  end
  write(wrapped(row.title, right - MARGIN)[1], MARGIN, y + 3, INK)
  local lines = wrapped(row.message, WIDTH - 2 * MARGIN)
  for i = 1, math.min(#lines, MOST_LINES) do
    local is_cut = i == MOST_LINES and #lines > MOST_LINES
    write(lines[i] .. (is_cut and " …" or ""), MARGIN, y + BUTTON + 4 + (i - 1) * LINE, FADED)
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

function Window:read_mouse()
  local is_down = gfx.mouse_cap & LEFT_BUTTON ~= 0
  self.is_click = is_down and not self.was_down
  self.was_down = is_down
end

function Window:draw(rows)
  local key = gfx.getchar()
  if key == CLOSED then self.is_open = false end
  if key == CLOSED or key == ESC then return nil, key == ESC and "esc" or "closed" end
  self:fit(math.max(1, #rows))
  self:read_mouse()
  colour(PAPER)
  gfx.rect(0, 0, WIDTH, ROW * MOST_ROWS + 2 * MARGIN + LINE)
  local pressed_row, pressed
  for i = 1, math.min(#rows, MOST_ROWS) do
    local label = self:draw_row(rows[i], MARGIN + (i - 1) * ROW)
    if label then pressed_row, pressed = rows[i], label end
  end
  if #rows > MOST_ROWS then write(self.more:format(#rows - MOST_ROWS), MARGIN, MARGIN + MOST_ROWS * ROW - 4, FADED) end
  gfx.update()
  return pressed_row, pressed
end

function Window:close()
  if self.is_open then gfx.quit() end
  self.is_open = false
end

return function(auxsend)
  Window.more = auxsend.words.say("more_rows")
  return Window
end
