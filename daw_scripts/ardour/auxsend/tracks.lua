--[[ The tracks that results lie on, right below the track that they come from.

    tracks.new(count, kind, below) -> list of new tracks; `kind` is "midi", or the number of channels of audio
    tracks.find(id) -> track or nil; tracks.id(track)
    tracks.selected(is_audio) -> the first selected track, only of audio if so; or nil
    tracks.hide(track), tracks.show(track)
    tracks.is_midi(track)        whether it takes MIDI regions
    tracks.has_room(track, position, length)   whether no region lies there
    tracks.is_empty(track)       nothing lies on it, and the user has put no plugin on it and not armed it
    tracks.is_untouched(track)   so, and its fader, pan and buttons are as Ardour made them

Ardour's Lua can make tracks and hide them, in the editor and the mixer at once. It cannot remove them: the one function
that does asks the user first, in a dialog.
]]

local tracks = {}

local CONTROLS = {
  "gain_control", "trim_control", "mute_control", "solo_control", "pan_azimuth_control", "pan_width_control",
}

local function output_count(channels)
  local master = Session:master_out()
  return master:isnil() and channels or master:n_inputs():n_audio()
end

local function new_audio_tracks(count, channels, order)
  return Session:new_audio_track(channels, output_count(channels), nil, count, "", order, ARDOUR.TrackMode.Normal, true)
end

--- MIDI in and out and nothing behind it, as in Ardour's own dialog: an instrument brings its outputs along.
local function new_midi_tracks(count, order)
  local one = ARDOUR.ChanCount(ARDOUR.DataType("midi"), 1)
  return Session:new_midi_track(
    one, one, false, ARDOUR.PluginInfo(), nil, nil, count, "", order, ARDOUR.TrackMode.Normal, true
  )
end

--- All in one call, for Ardour arranges its window anew after each call.
function tracks.new(count, kind, below)
  local order = below and below:presentation_info_ptr():order() + 1 or ARDOUR.PresentationInfo.max_order
  local list = kind == "midi" and new_midi_tracks(count, order) or new_audio_tracks(count, kind, order)
  local made = {}
  for track in list:iter() do made[#made + 1] = track end
  if #made < count then error("Ardour makes no more tracks", 0) end
  return made
end

function tracks.id(track)
  return track:to_stateful():id():to_s()
end

function tracks.find(id)
  local route = Session:route_by_id(PBD.ID(id))
  return not route:isnil() and not route:to_track():isnil() and route or nil
end

function tracks.selected(is_audio)
  for route in Editor:get_selection().tracks:routelist():iter() do
    local track = route:to_track()
    if not track:isnil() and not (is_audio and track:to_audio_track():isnil()) then return route end
  end
  return nil
end

function tracks.hide(track)
  if not track:is_hidden() then Editor:hide_track_in_display(Editor:rtav_from_route(track):to_timeaxisview(), false) end
end

function tracks.show(track)
  if track:is_hidden() then Editor:show_track_in_display(Editor:rtav_from_route(track):to_timeaxisview(), false) end
end

function tracks.is_midi(track)
  return not track:to_track():to_midi_track():isnil()
end

function tracks.has_room(track, position, length)
  for region in track:to_track():playlist():region_list():iter() do
    local first = region:position():samples()
    if first < position + length and first + region:length():samples() > position then return false end
  end
  return true
end

function tracks.is_empty(track)
  local is_armed = track:to_track():rec_enable_control():get_value() ~= 0
  return not is_armed and track:to_track():playlist():n_regions() == 0 and track:nth_plugin(0):isnil()
end

function tracks.is_untouched(track)
  for _, name in ipairs(CONTROLS) do
    local control = track[name](track)
    if not control:isnil() and control:get_value() ~= control:normal() then return false end
  end
  return tracks.is_empty(track)
end

return function()
  return tracks
end
