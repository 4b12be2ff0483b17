--[[ A region at another speed, or transposed, by Ardour's own Rubber Band.

    stretch.region(whole, name, playrate, semitones, length)
        -> a region of new files in the session, at least `length` samples long

Rubber Band works in threads of its own, and Ardour asks it for the rest before they are done: up to 20 ms of the end were
missing, in some runs and not in others. A loop that is too short drifts as soon as it is repeated. So silence is put
behind the region first: what may be missing is that.
]]

local stretch = {}

local IS_PERCUSSIVE = false -- what is made for drums alone blurs everything else
local SILENCE_SEC = 0.5
local BLOCK_SAMPLES = 8192

return function(auxsend)
  local session, insertion, wav = auxsend.session, auxsend.insertion, auxsend.wav

  --- What a region plays, block by block, as the bytes of a WAV file.
  local function bytes_of(region)
    local audio, length, parts = region:to_audioregion(), region:length():samples(), {}
    local readable, memory, done = audio:to_readable(), ARDOUR.DSP.DspShm(BLOCK_SAMPLES), 0
    while done < length do
      local count, blocks = math.min(BLOCK_SAMPLES, length - done), {}
      for channel = 0, audio:n_channels() - 1 do
        local floats = memory:to_float(0)
        if readable:read(floats, done, count, channel) ~= count then error("Ardour cannot read it", 0) end
        blocks[channel + 1] = floats:get_table(count)
      end
      parts[#parts + 1], done = wav.frames(blocks), done + count
    end
    return table.concat(parts)
  end

  --- The region with silence behind it, as a new one.
  local function lengthened(region, name)
    local channels, rate_hz = region:to_audioregion():n_channels(), Session:nominal_sample_rate()
    if channels > 2 then error("it has more than two channels", 0) end
    local silence = math.floor(SILENCE_SEC * rate_hz)
    local head = wav.header(channels, rate_hz, region:length():samples() + silence)
    local zeros = ("\0"):rep(silence * channels * #string.pack("<f", 0))
    return insertion.imported(head .. bytes_of(region) .. zeros, name, ".wav")
  end

  function stretch.region(whole, name, playrate, semitones, length)
    -- No list of regions may be held here: Ardour adds one to it.
    local band = ARDOUR.LuaAPI.Rubberband(lengthened(whole, name):to_audioregion(), IS_PERCUSSIVE)
    band:set_strech_and_pitch(1 / playrate, 2 ^ (semitones / 12))
    local region = band:process(function() return false end) -- never cancelled
    if region:isnil() or region:length():samples() < length then error("Ardour cannot stretch it", 0) end
    return region
  end

  return stretch
end
