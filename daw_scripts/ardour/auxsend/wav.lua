--[[ WAV files of 32-bit floats, written block by block.

    wav.header(channels, rate_hz, samples)   -> the bytes before the first sample
    wav.frames(blocks)                       -> the bytes of a block, given channel by channel as tables of numbers
]]

local wav = {}

local PACKED_AT_ONCE = 128
local FORMAT = "<" .. ("f"):rep(PACKED_AT_ONCE)
local FLOAT_BYTES = 4
local IEEE_FLOAT = 3

function wav.header(channels, rate_hz, samples)
  local size = samples * channels * FLOAT_BYTES
  return string.pack(
    "<c4I4c4c4I4I2I2I4I4I2I2c4I4",
    "RIFF", 36 + size, "WAVE", "fmt ", 16, IEEE_FLOAT, channels, rate_hz, rate_hz * channels * FLOAT_BYTES,
    channels * FLOAT_BYTES, 8 * FLOAT_BYTES, "data", size
  )
end

local function interleaved(blocks)
  if #blocks == 1 then return blocks[1] end
  local both, left, right = {}, blocks[1], blocks[2]
  for i = 1, #left do
    both[2 * i - 1], both[2 * i] = left[i], right[i]
  end
  return both
end

function wav.frames(blocks)
  local values, parts = interleaved(blocks), {}
  local whole = #values - #values % PACKED_AT_ONCE
  for i = 1, whole, PACKED_AT_ONCE do
    parts[#parts + 1] = FORMAT:pack(table.unpack(values, i, i + PACKED_AT_ONCE - 1))
  end
  for i = whole + 1, #values do parts[#parts + 1] = string.pack("<f", values[i]) end
  return table.concat(parts)
end

return function() return wav end
