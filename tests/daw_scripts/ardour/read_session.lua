--[[ Prints what a saved session holds, one track or audio region per line, fields parted by tabs.

Runs in `ardour7-lua`, with AUXSEND_SESSION_FOLDER and AUXSEND_SESSION_NAME: an independent reader, which shares no
memory with the Ardour that saved.
]]

local function line(...)
  local fields = table.pack(...)
  for i = 1, fields.n do fields[i] = tostring(fields[i]) end
  io.write(table.concat(fields, "\t"), "\n")
end

AudioEngine:set_backend("None (Dummy)", "Unit-Test", "")
local session = load_session(os.getenv("AUXSEND_SESSION_FOLDER"), os.getenv("AUXSEND_SESSION_NAME"))
assert(session, "the session cannot be loaded")
for route in session:get_tracks():iter() do
  local info = route:presentation_info_ptr()
  line("track", route:name(), ("%08x"):format(info:color()), info:order(), route:is_hidden())
  for region in route:to_track():playlist():region_list():iter() do
    local audio = region:to_audioregion()
    if not audio:isnil() then
      local first, last = region:source(0):to_filesource(), region:source(audio:n_channels() - 1):to_filesource()
      line(
        "region", region:name(), region:position():samples(), region:start():samples(), region:length():samples(),
        audio:n_channels(), region:muted(), first:path(), last:path(), audio:scale_amplitude()
      )
    end
  end
end
close_session()
