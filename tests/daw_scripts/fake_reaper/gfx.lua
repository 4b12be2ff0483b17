--[[ The fake's window: remembers what the last frame showed, and is given keys and clicks by the test. ]]

local CHARACTER_WIDTH = 7

return function()
  local window = { is_open = false, keys = {}, texts = {}, frame = {}, clicks = {}, title = "" }
  local gfx = { x = 0, y = 0, mouse_x = 0, mouse_y = 0, mouse_cap = 0, mouse_wheel = 0 }

  local function require_open()
    assert(window.is_open, "something is drawn without a window")
  end

  function gfx.init(title, width, height)
    assert(type(title) == "string" and type(width) == "number" and type(height) == "number")
    window.is_open = true
    window.title = title ~= "" and title or window.title
    window.height = height
    return 1
  end

  function gfx.quit() window.is_open = false end
  function gfx.setfont(index, name, size) assert(index and name and size) end
  function gfx.set(red, green, blue, alpha) assert(red and green and blue and alpha) end
  function gfx.rect(x, y, width, height) assert(x and y and width and height) require_open() end
  function gfx.measurestr(text) return (utf8.len(text) or #text) * CHARACTER_WIDTH, 14 end

  function gfx.drawstr(text)
    require_open()
    window.frame[#window.frame + 1] = { text = text, x = gfx.x, y = gfx.y }
  end

  function gfx.update()
    window.texts, window.frame = window.frame, {}
  end

  function gfx.getchar()
    if not window.is_open then return -1 end
    return table.remove(window.keys, 1) or 0
  end

  --- A click lasts one tick: it is set before and taken back after.
  function gfx.after_tick()
    gfx.mouse_cap = 0
    local click = table.remove(window.clicks, 1)
    if click then gfx.mouse_x, gfx.mouse_y, gfx.mouse_cap = click.x + 1, click.y + 1, 1 end
  end

  gfx.window = window
  return gfx
end
