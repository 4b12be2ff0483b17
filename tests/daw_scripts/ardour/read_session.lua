--[[ Prints what a saved session holds, one track, region, note, pedal movement or further playlist per line, fields parted by tabs.

Runs in `ardour7-lua`, with AUXSEND_SESSION_FOLDER and AUXSEND_SESSION_NAME: an independent reader, which shares no
memory with the Ardour that saved.
]]

local function line(...)
  local fields = table.pack(...)
  for i = 1, fields.n do fields[i] = tostring(fields[i]) end
  io.write(table.concat(fields, "\t"), "\n")
end

local function ticks(beats)
  local quarters, rest = tostring(beats):match("^(%-?%d+):(%d+)$")
  return tonumber(quarters) * Temporal.ticks_per_beat + tonumber(rest)
end

--- Prints what a MIDI region plays, at the samples of the session at which it plays it.
local function midi_lines(region)
  local tempo_map, pedal = Temporal.TempoMap.read(), Evoral.Parameter(ARDOUR.AutomationType.MidiCCAutomation, 0, 64)
  local origin = ticks(tempo_map:quarters_at(region:position())) - ticks(region:start():beats())
  local function sample(from_start) return Temporal.timepos_t.from_ticks(origin + from_start):samples() end
  line("midi", region:name(), region:position():samples(), region:length():samples(), region:source(0):to_filesource():path())
  for note in ARDOUR.LuaAPI.note_list(region:to_midiregion():model()):iter() do
    local first = ticks(note:time())
    line("note", note:note(), note:velocity(), note:channel(), sample(first), sample(first + ticks(note:length())))
  end
  local control = region:to_midiregion():control(pedal, false)
  if control:isnil() then return end
  for event in control:list():events():iter() do line("pedal", event.value, sample(ticks(event.when:beats()))) end
end

AudioEngine:set_backend("None (Dummy)", "Unit-Test", "")
local session = load_session(os.getenv("AUXSEND_SESSION_FOLDER"), os.getenv("AUXSEND_SESSION_NAME"))
assert(session, "the session cannot be loaded")
for route in session:get_tracks():iter() do
  local info = route:presentation_info_ptr()
  line("track", route:name(), ("%08x"):format(info:color()), info:order(), route:is_hidden())
  local playlist = route:to_track():playlist()
  for other in session:playlists():playlists_for_track(route:to_track()):iter() do
    if other:name() ~= playlist:name() then
      line("playlist", other:name())
      for region in other:region_list():iter() do midi_lines(region) end
    end
  end
  line("own playlist")
  for region in playlist:region_list():iter() do
    local audio = region:to_audioregion()
    if not audio:isnil() then
      local first, last = region:source(0):to_filesource(), region:source(audio:n_channels() - 1):to_filesource()
      line(
        "region", region:name(), region:position():samples(), region:start():samples(), region:length():samples(),
        audio:n_channels(), region:muted(), first:path(), last:path(), audio:scale_amplitude()
      )
    end
    if not region:to_midiregion():isnil() then midi_lines(region) end
  end
end
close_session()
