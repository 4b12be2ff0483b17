--[[ What the windows are drawn with, on REAPER's own gfx: text, boxes, buttons, and clicks.

    paint.fill(shade, x, y, width, height), paint.write(text, x, y, shade)
    paint.wrapped(text, width)    -> lines no wider than `width`, parted at spaces
    paint.cut(text, width)        -> the text, or as much of it as fits, and “…”
    paint.width(text)             its width; of a button with that text: paint.button_width(text)
    paint.button(label, x, y)     -> whether the mouse is over it
    paint.is_over(x, y, width, height)
    paint.new_mouse():read()      -> whether the left button went down since the last reading

A shade is { red, green, blue }, each from 0 to 1.
]]

local paint = {}

local LEFT_BUTTON = 1
local BUTTON_MARGIN = 8
paint.PAPER, paint.INK, paint.FADED = { 0.16, 0.17, 0.19 }, { 0.92, 0.92, 0.92 }, { 0.68, 0.70, 0.73 }
paint.BAR, paint.GROOVE, paint.CHOSEN = { 0.25, 0.63, 0.47 }, { 0.26, 0.27, 0.30 }, { 0.22, 0.33, 0.30 }
paint.LINE, paint.BUTTON, paint.MARGIN = 18, 22, 14 -- heights of a line and a button; the edge that is left free

local function colour(shade)
  gfx.set(shade[1], shade[2], shade[3], 1)
end

function paint.fill(shade, x, y, width, height)
  colour(shade)
  gfx.rect(x, y, width, height)
end

function paint.write(text, x, y, shade)
  colour(shade)
  gfx.x, gfx.y = x, y
  gfx.drawstr(text)
end

function paint.width(text)
  return (gfx.measurestr(text))
end

function paint.wrapped(text, width)
  local lines, line = {}, ""
  for word in text:gmatch("%S+") do
    local longer = line == "" and word or line .. " " .. word
    if paint.width(longer) > width and line ~= "" then
      lines[#lines + 1], line = line, word
    else
      line = longer
    end
  end
  lines[#lines + 1] = line
  return lines
end

function paint.cut(text, width)
  if paint.width(text) <= width then return text end
  local cut = text
  while cut ~= "" and paint.width(cut .. "…") > width do
    cut = cut:sub(1, (utf8.offset(cut, -1) or 1) - 1)
  end
  return cut .. "…"
end

function paint.is_over(x, y, width, height)
  return gfx.mouse_x >= x and gfx.mouse_x < x + width and gfx.mouse_y >= y and gfx.mouse_y < y + height
end

function paint.button_width(label)
  return paint.width(label) + 2 * BUTTON_MARGIN
end

function paint.button(label, x, y)
  local width = paint.button_width(label)
  paint.fill(paint.GROOVE, x, y, width, paint.BUTTON)
  paint.write(label, x + BUTTON_MARGIN, y + 3, paint.INK)
  return paint.is_over(x, y, width, paint.BUTTON)
end

local Mouse = {}
Mouse.__index = Mouse

function Mouse:read()
  local is_down = gfx.mouse_cap & LEFT_BUTTON ~= 0
  local is_click = is_down and not self.was_down
  self.was_down = is_down
  return is_click
end

--- A button that is down when a window opens was pressed elsewhere.
function paint.new_mouse()
  return setmetatable({ was_down = true }, Mouse)
end

return function() return paint end
