--[[ The shared sentences, and Ardour's own where Ardour has other words or other ways.

    sentences.say("select_audio")
]]

local SENTENCES = {
  request_unicode = "The name or file of this region is not Unicode, so it cannot be sent: rename it, then try again.",
  select_audio = "Select at least one audio region, then try again.",
  select_midi = "Select at least one MIDI region, then try again.",
  item_no_notes = "The region “%s” holds no notes: choose a MIDI region with notes.",
  region_hollow = "The region “%s” plays no audio file: choose a recorded or imported one.",
  region_channels = "The region “%s” has %d channels: choose a mono or stereo region.",
  region_unread = "The region “%s” could not be read: nothing was sent.",
  region_gone = "The region “%s” was deleted or edited before it could be read: nothing was sent.",
  reading = "Reading the region …",
  no_listener = "Results are put in by the hook “AuxSend: listener”, which is not switched on: open Edit > Lua Scripts > "
    .. "Script Manager, choose Action Hooks > New Hook, add “AuxSend: listener”, then try again.",
  unwritable = "The session's folder %s cannot be written: check its permissions and the disk, then try again.",
  kept_closed = "Done, but the session was closed meanwhile: the result is kept. Choose “AuxSend: jobs” to put it in.",
  kept_deleted = "Done, but the region is gone: the result is kept. Choose “AuxSend: jobs” to put it in anyway.",
  kept_changed = "Done, but the region was moved or edited meanwhile: the result is kept. "
    .. "Choose “AuxSend: jobs” to put it in.",
  bridge_lost = "The AuxSend bridge stopped: start it with “auxsend bridge”, then choose “AuxSend: jobs”; nothing is lost.",
  result_rate = "The stems have %d Hz and %d samples, which is not what the region plays: they are kept in “%s”.",
  sample_text_empty = "Select an audio region, or say in words what you look for.",
  sample_which = "Sample",
  sample_wish = "Do",
  sample_at_tempo = "At the session's tempo, %.4g BPM (the sample is stretched)",
  samples_for = "AuxSend: samples for “%s”",
  samples_found = "Samples found: %d. Choose “AuxSend: jobs” to put one in.",
  row_choose = "Samples found: %d.",
  row_kept = "Done; the result is kept.",
  row_lost = "The bridge stopped before it was done.",
}

return function(auxsend)
  local sentences = {}

  function sentences.say(key, ...)
    local own = SENTENCES[key]
    if not own then return auxsend.words.say(key, ...) end
    return select("#", ...) > 0 and own:format(...) or own
  end

  return sentences
end
