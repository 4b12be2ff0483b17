--[[ Regions: the selected ones as orders for the bridge, and how to find one again after the user's next edits.

    regions.orders(verb) -> list of orders (see shared/flow.lua), list of sentences about what cannot be ordered
    regions.first_order(verb) -> the order of the first selected audio region, or nil and a sentence; nothing if none is
    regions.heard_clip(region) -> a clip that is near enough to suggest samples for; nil where nothing is heard
    regions.find(context) -> region, track; or nil
    regions.is_unchanged(region, context)

An order's context finds the region again and says where its results go, in samples of the session: { host =,
region = id, name =, files =, position =, start =, length =, channels = }. An order whose region does not lie in one
WAV file at the session's rate has `render = true` and no clip yet: see render.lua. A clip that is told at every selection
cannot wait for that: so of a stereo recording in two mono files it has the left one.
]]

local regions = {}

local STEREO = { ["0,1"] = "normal", ["1,0"] = "reverse_stereo" }
local MONO = { ["0"] = "left", ["1"] = "right" } -- of a mono file, bridge and engine take the one that there is

--- The sample rate that a WAV file's header gives; nil for any other file.
local function wav_rate_hz(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local head = file:read(4096) or ""
  file:close()
  if not (head:find("^RIFF....WAVE") or head:find("^RF64....WAVE")) then return nil end
  local at = 13
  while at + 24 <= #head do
    local name, size = string.unpack("<c4I4", head, at)
    if name == "fmt " then return (string.unpack("<I4", head, at + 12)) end
    at = at + 8 + size + size % 2
  end
  return nil
end

--- The files that a region's channels play, and which channels of them, as "0,1"; nil if it plays none.
local function files_of(region)
  local files, channels, audio = {}, {}, region:to_audioregion()
  for i = 0, audio:isnil() and 0 or audio:n_channels() - 1 do
    local source = region:source(i):to_filesource()
    if source:isnil() or source:path() == "" then return nil end
    files[i + 1], channels[i + 1] = source:path(), source:channel()
  end
  return files, table.concat(channels, ",")
end

--- Which channels of its file a region plays; nil where they lie in several, or in an order that has no name.
local function channel_mode(files, channels)
  local mode = (#files == 1 and MONO or STEREO)[channels]
  return mode and (not files[2] or files[2] == files[1]) and mode or nil
end

--- Which channels of its file a region plays, if that one file holds them all and nothing else must be done.
local function direct_mode(files, channels)
  return wav_rate_hz(files[1]) == Session:nominal_sample_rate() and channel_mode(files, channels) or nil
end

local function context_of(region, files)
  return {
    host = "ardour",
    region = region:to_stateful():id():to_s(),
    name = region:name(),
    files = files,
    position = region:position():samples(),
    start = region:start():samples(),
    length = region:length():samples(),
    channels = #files,
  }
end

return function(auxsend)
  local say, settings, session, melody = auxsend.sentences.say, auxsend.settings, auxsend.session, auxsend.melody

  --- What the bridge must know of a file that holds, from sample `start` on, what a region plays.
  function regions.clip(file, start, length, channel_mode)
    local rate_hz = Session:nominal_sample_rate()
    return {
      file = file,
      section = auxsend.json.null,
      start_offset_sec = start / rate_hz,
      length_sec = length / rate_hz,
      playrate = 1.0,
      is_reversed = false,
      channel_mode = channel_mode,
      is_looped = false,
    }
  end

  function regions.heard_clip(region)
    local files, channels = files_of(region)
    if region:to_audioregion():isnil() or not files or #files == 0 then return nil end
    local clip = regions.clip(
      files[1], region:start():samples(), region:length():samples(), channel_mode(files, channels) or "normal"
    )
    local rate_hz = Session:nominal_sample_rate()
    local file_rate_hz = wav_rate_hz(files[1]) or rate_hz -- Ardour plays a file of another rate sample by sample
    clip.playrate = rate_hz / file_rate_hz
    clip.start_offset_sec = clip.start_offset_sec * clip.playrate
    return clip
  end

  local function params_of(verb, name)
    local params = { name = name, folder = session.folder():gsub("/$", "") }
    if verb == "split" then params.model, params.quality = settings.model, settings.quality end
    if verb == "transcribe" then
      params.model, params.has_bends = settings.transcription_model, settings.has_bends
      params.quantise, params.quantise_strength = settings.quantise, settings.quantise_strength
    end
    return params
  end

  --- An audio region's order, or nothing and a sentence.
  local function audio_order(verb, region)
    local name = region:name()
    local order = { verb = verb, title = name, params = params_of(verb, name) }
    local files, channels = files_of(region)
    if not files or #files == 0 then return nil, say("region_hollow", name) end
    if #files > 2 then return nil, say("region_channels", name, #files) end
    order.context = context_of(region, files)
    local mode = direct_mode(files, channels)
    if mode then
      order.params.clip = regions.clip(files[1], order.context.start, order.context.length, mode)
    else
      order.render = true
    end
    return order
  end

  --- A MIDI region's order, or nothing and a sentence.
  local function midi_order(verb, region)
    local name, params = region:name(), melody.params(region)
    if not params then return nil, say("item_no_notes", name) end
    for field, value in pairs(params_of(verb, name)) do params[field] = value end
    return { verb = verb, title = name, params = params, context = context_of(region, files_of(region)) }
  end

  function regions.orders(verb)
    local orders, refusals = {}, {}
    local is_midi = verb == "continue"
    for region in Editor:get_selection().regions:regionlist():iter() do
      local is_of_kind = not (is_midi and region:to_midiregion() or region:to_audioregion()):isnil()
      local order, sentence
      if is_of_kind then order, sentence = (is_midi and midi_order or audio_order)(verb, region) end
      orders[#orders + 1] = order
      refusals[#refusals + 1] = sentence
    end
    if #orders + #refusals == 0 then refusals[1] = say(is_midi and "select_midi" or "select_audio") end
    return orders, refusals
  end

  function regions.first_order(verb)
    for region in Editor:get_selection().regions:regionlist():iter() do
      if not region:to_audioregion():isnil() then return audio_order(verb, region) end
    end
    return nil
  end

  function regions.find(context)
    for route in Session:get_tracks():iter() do
      -- Not region_by_id: a playlist knows the regions that were deleted from it, too, for the sake of undo.
      for region in route:to_track():playlist():region_list():iter() do
        if region:to_stateful():id():to_s() == context.region then return region, route end
      end
    end
    return nil
  end

  --- Whether a region still plays, at the same time, what was sent.
  function regions.is_unchanged(region, context)
    local files = files_of(region)
    return files ~= nil
      and table.concat(files, "\n") == table.concat(context.files, "\n")
      and region:position():samples() == context.position
      and region:start():samples() == context.start
      and region:length():samples() == context.length
  end

  return regions
end
