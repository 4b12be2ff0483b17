--[[ Further playlists of a track, each with all that the track plays and one region more: what Ardour has for takes.

    playlists.add(track, name, region, position)   as a part of an undo step; the track's own playlist stays in use

Ardour has no undo for a playlist that is made, but for the regions on it: so what is undone leaves an empty one, which Ardour
does not save, and which is taken for the next.
]]

local playlists = {}

local FROM_ITS_BEGINNING, ONE_TIME = 0, 1
local MIDI = "midi"

--- A playlist of the track with nothing on it: one that an undo has left, or else a new one.
local function empty_one(track, own)
  for playlist in Session:playlists():playlists_for_track(track):iter() do
    if playlist:n_regions() == 0 and not playlist:used() then return playlist end
  end
  track:use_new_playlist(ARDOUR.DataType(MIDI))
  local playlist = track:playlist()
  track:use_playlist(ARDOUR.DataType(MIDI), own, true)
  return playlist
end

function playlists.put(playlist, region, position)
  playlist:add_region(region, Temporal.timepos_t(position), ONE_TIME, false, FROM_ITS_BEGINNING, 0, false)
end

function playlists.add(route, name, region, position)
  local track = route:to_track()
  local own = track:playlist()
  local playlist = empty_one(track, own)
  playlist:set_name(name)
  playlist:to_stateful():clear_changes()
  for other in own:region_list():iter() do
    playlists.put(playlist, ARDOUR.RegionFactory.clone_region(other, true, false), other:position():samples())
  end
  playlists.put(playlist, region, position)
  Session:add_stateful_diff_command(playlist:to_statefuldestructible())
end

return function() return playlists end
