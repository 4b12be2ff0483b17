--[[ Writes what a region plays into one WAV file, a little at each tick, where its own files cannot be sent as they are.

    local render = Render.new(order)   -- begins
    render:step() -> "running"; "done": the order has its clip; or "failed" and a sentence
    render.fraction

Ardour keeps the two channels of a stereo recording in two mono files, and plays a file of another sample rate sample by
sample. Ardour's own reader gives the region's samples as they lie in the sources, without gain and fades: these go, as
32-bit floats, under the session's rate, into a file beside the session.
]]

local Render = {}
Render.__index = Render

local BLOCK_SAMPLES = 8192
local STEP_MICROSECONDS = 30000 -- of the 100 ms between two ticks

return function(auxsend)
  local say, regions, session, wav = auxsend.sentences.say, auxsend.regions, auxsend.session, auxsend.wav

  function Render.new(order)
    local context = order.context
    local path = session.folder() .. "auxsend-" .. auxsend.Spool.new_id() .. ".wav"
    local file = io.open(path, "wb")
    local render = setmetatable({ order = order, path = path, file = file, done = 0, fraction = 0 }, Render)
    render.memory = ARDOUR.DSP.DspShm(BLOCK_SAMPLES)
    if file then file:write(wav.header(context.channels, Session:nominal_sample_rate(), context.length)) end
    return render
  end

  --- The next samples, channel by channel as tables; nil if they cannot be read.
  function Render:read(region, count)
    local readable, floats, blocks = region:to_audioregion():to_readable(), self.memory:to_float(0), {}
    for channel = 0, self.order.context.channels - 1 do
      if readable:read(floats, self.done, count, channel) ~= count then return nil end
      blocks[channel + 1] = floats:get_table(count)
    end
    return blocks
  end

  function Render:fail(key, ...)
    if self.file then self.file:close() end
    os.remove(self.path)
    return "failed", say(key, ...)
  end

  --- Writes one block; returns nothing, or the key of a sentence.
  function Render:write_block(region)
    local count = math.min(BLOCK_SAMPLES, self.order.context.length - self.done)
    local blocks = self:read(region, count)
    if not blocks then return "region_unread" end
    if not self.file:write(wav.frames(blocks)) then return "unwritable" end
    self.done = self.done + count
    self.fraction = self.done / self.order.context.length
  end

  function Render:step()
    local context = self.order.context
    if not self.file then return self:fail("unwritable", session.folder()) end
    local region = regions.find(context)
    if not (region and regions.is_unchanged(region, context)) then return self:fail("region_gone", context.name) end
    local begun = ARDOUR.LuaAPI.monotonic_time()
    while self.done < context.length and ARDOUR.LuaAPI.monotonic_time() - begun < STEP_MICROSECONDS do
      local problem = self:write_block(region)
      if problem then return self:fail(problem, problem == "unwritable" and session.folder() or context.name) end
    end
    if self.done < context.length then return "running" end
    if not self.file:close() then return self:fail("unwritable", session.folder()) end
    context.rendered = self.path
    self.order.params.clip = regions.clip(self.path, 0, context.length, "normal")
    return "done"
  end

  function Render:cancel()
    self.file = self.file and self.file:close() and nil
    os.remove(self.path)
  end

  return Render
end
