--[[ JSON for hosts that bring none: strict, UTF-8 only, Lua 5.3 and 5.4.

    json.encode(value)  -> text, or nil and a reason
    json.decode(text)   -> value, or nil and a reason
    json.null           stands for null in tables, where nil would vanish
    json.array(table)   marks a table as an array, so that an empty one is written as [] and not {}

Decoded arrays carry that mark, so what was read can be written again. Text is never trusted: whatever is not exactly
JSON is refused, half a file as well. Nothing here raises an error.
]]

local json = {}

local ARRAY = { __name = "json.array" }
json.null = setmetatable({}, { __name = "json.null", __tostring = function() return "null" end })

local MOST_LEVELS = 100
local ESCAPES = { ['"'] = '"', ["\\"] = "\\", ["/"] = "/", b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }
local SHORT = { ['"'] = '\\"', ["\\"] = "\\\\", ["\b"] = "\\b", ["\f"] = "\\f", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

function json.array(list)
  return setmetatable(list or {}, ARRAY)
end

--- Whether the bytes are UTF-8. Lua 5.3 alone would let halves of surrogate pairs pass.
local function is_unicode(text)
  return utf8.len(text) ~= nil and not text:find("\xED[\xA0-\xBF]")
end

-- Writing ------------------------------------------------------------------------------------------------------------

local write

local function write_string(text)
  if not is_unicode(text) then error({ "a text is not UTF-8" }, 0) end
  return '"' .. text:gsub('[%c"\\]', function(c) return SHORT[c] or ("\\u%04x"):format(c:byte()) end) .. '"'
end

local function write_number(number)
  if number ~= number or number == math.huge or number == -math.huge then error({ "a number is not finite" }, 0) end
  if math.type(number) == "integer" then return ("%d"):format(number) end
  local text = ("%.15g"):format(number)
  if tonumber(text) ~= number then text = ("%.17g"):format(number) end
  return (text:gsub(",", ".")) -- hosts may have set a locale with decimal commas
end

local function write_array(list, level)
  local parts = {}
  for i = 1, #list do parts[i] = write(list[i], level + 1) end
  return "[" .. table.concat(parts, ",") .. "]"
end

local function write_object(object, level)
  local keys, parts = {}, {}
  for key in pairs(object) do
    if type(key) ~= "string" then error({ "a key is not a text" }, 0) end
    keys[#keys + 1] = key
  end
  table.sort(keys)
  for i, key in ipairs(keys) do parts[i] = write_string(key) .. ":" .. write(object[key], level + 1) end
  return "{" .. table.concat(parts, ",") .. "}"
end

function write(value, level)
  local kind = type(value)
  if level > MOST_LEVELS then error({ "it is nested too deeply" }, 0) end
  if value == json.null then return "null" end
  if kind == "boolean" then return tostring(value) end
  if kind == "string" then return write_string(value) end
  if kind == "number" then return write_number(value) end
  if kind ~= "table" then error({ "a " .. kind .. " cannot be written" }, 0) end
  if getmetatable(value) == ARRAY or #value > 0 then return write_array(value, level) end
  return write_object(value, level)
end

-- Reading: each reader takes the text and where to begin, and returns a value and where it ended. --------------------

local read

local function refuse(what, at)
  error({ ("%s at byte %d"):format(what, at) }, 0)
end

local function skip_space(text, at)
  return text:find("[^ \t\r\n]", at) or #text + 1
end

local function read_hex(text, at)
  local digits = text:match("^%x%x%x%x", at)
  if not digits then refuse("a bad \\u escape", at) end
  return tonumber(digits, 16)
end

--- Reads what follows "\u": one code point, from one escape or from a surrogate pair.
local function read_code_point(text, at)
  local code = read_hex(text, at)
  if code < 0xD800 or code > 0xDFFF then return utf8.char(code), at + 4 end
  local is_pair = code < 0xDC00 and text:sub(at + 4, at + 5) == "\\u"
  local low = is_pair and read_hex(text, at + 6) or 0
  if low < 0xDC00 or low > 0xDFFF then refuse("half a surrogate pair", at) end
  return utf8.char(0x10000 + (code - 0xD800) * 0x400 + (low - 0xDC00)), at + 10
end

local function read_string(text, at)
  local parts, from = {}, at + 1
  while true do
    local stop = text:find('["\\%c]', from)
    if not stop then refuse("an unfinished text", at) end
    parts[#parts + 1] = text:sub(from, stop - 1)
    local c = text:sub(stop, stop)
    if c == '"' then return table.concat(parts), stop + 1 end
    if c == "\127" then -- a control character to Lua, and allowed by JSON
      parts[#parts + 1], from = c, stop + 1
    elseif c ~= "\\" then
      refuse("a control character", stop)
    elseif text:sub(stop + 1, stop + 1) == "u" then
      parts[#parts + 1], from = read_code_point(text, stop + 2)
    else
      parts[#parts + 1] = ESCAPES[text:sub(stop + 1, stop + 1)] or refuse("a bad escape", stop)
      from = stop + 2
    end
  end
end

local function read_number(text, at)
  local digits = text:match("^-?%d+", at) or refuse("something unknown", at)
  if digits:find("^-?0%d") then refuse("a number with a leading zero", at) end
  local stop = at + #digits
  local fraction = text:match("^%.%d+", stop) or ""
  local exponent = text:match("^[eE][+-]?%d+", stop + #fraction) or ""
  return tonumber(digits .. fraction .. exponent), stop + #fraction + #exponent
end

--- Reads the numbers that a list begins with, each in one look, for large results are lists of them. Returns where it
--- stopped, and whether that is the end of the list; whatever needs more than a look is left to `read`.
local function read_numbers(text, at, list)
  local count = 0
  while true do
    local number, follower, next_at = text:match("^ ?(-?%d+%.?%d*)([,%]])()", at)
    if not number or number:find("^-?0%d") or number:sub(-1) == "." then return at, false end
    count = count + 1
    list[count] = tonumber(number)
    if follower == "]" then return next_at, true end
    at = next_at
  end
end

local function read_array(text, at, level)
  local list = json.array()
  at = skip_space(text, at + 1)
  if text:sub(at, at) == "]" then return list, at + 1 end
  local is_over
  at, is_over = read_numbers(text, at, list)
  if is_over then return list, at end
  while true do
    list[#list + 1], at = read(text, at, level + 1)
    at = skip_space(text, at)
    local c = text:sub(at, at)
    if c == "]" then return list, at + 1 end
    if c ~= "," then refuse("a missing comma", at) end
    at = at + 1
  end
end

local function read_object(text, at, level)
  local object = {}
  at = skip_space(text, at + 1)
  if text:sub(at, at) == "}" then return object, at + 1 end
  while true do
    at = skip_space(text, at)
    if text:sub(at, at) ~= '"' then refuse("a missing key", at) end
    local key
    key, at = read_string(text, at)
    at = skip_space(text, at)
    if text:sub(at, at) ~= ":" then refuse("a missing colon", at) end
    object[key], at = read(text, at + 1, level + 1)
    at = skip_space(text, at)
    local c = text:sub(at, at)
    if c == "}" then return object, at + 1 end
    if c ~= "," then refuse("a missing comma", at) end
    at = at + 1
  end
end

function read(text, at, level)
  if level > MOST_LEVELS then refuse("too many levels", at) end
  at = skip_space(text, at)
  local c = text:sub(at, at)
  if c == "{" then return read_object(text, at, level) end
  if c == "[" then return read_array(text, at, level) end
  if c == '"' then return read_string(text, at) end
  if text:find("^true", at) then return true, at + 4 end
  if text:find("^false", at) then return false, at + 5 end
  if text:find("^null", at) then return json.null, at + 4 end
  return read_number(text, at)
end

local function read_all(text)
  if not is_unicode(text) then refuse("bytes that are not UTF-8", 1) end
  local value, at = read(text, 1, 1)
  at = skip_space(text, at)
  if at <= #text then refuse("more than one value", at) end
  return value
end

-- Faces --------------------------------------------------------------------------------------------------------------

local function guarded(work, ...)
  local is_good, value = pcall(work, ...)
  if is_good then return value end
  return nil, type(value) == "table" and value[1] or tostring(value)
end

function json.encode(value)
  return guarded(write, value, 1)
end

function json.decode(text)
  return guarded(read_all, text)
end

return json
