--[[ Every sentence that a user can read, for all hosts. Each says what happened and what to do; %s is filled in.

    words.say("bridge_down", command) -> "The AuxSend bridge does not run ..."
]]

local words = {}

local SENTENCES = {
  -- the bridge
  bridge_starting = "Starting the AuxSend bridge …",
  bridge_down = "The AuxSend bridge does not run: start it with “auxsend bridge” in a terminal, then try again.",
  bridge_no_start = "The AuxSend bridge did not start within %d seconds: run “%s bridge” in a terminal to see why, then try again.",
  bridge_lost = "The AuxSend bridge stopped: start it with “auxsend bridge”, then choose “AuxSend jobs”; nothing of this job is lost.",
  bridge_back = "The AuxSend bridge stopped; starting it again …",
  bridge_old = "This AuxSend bridge cannot do that: update AuxSend, then restart the bridge.",
  request_failed = "The request could not be given to the bridge (%s): check that the folder %s can be written.",
  request_unicode = "A name or path of this item is not Unicode, so it cannot be sent: rename the file, then try again.",
  -- a job's way
  asked = "Waiting for the bridge …",
  queued = "In the queue, number %d",
  queued_soon = "In the queue",
  running = "Working …",
  cancelling = "Cancelling …",
  inserted = "Done",
  cancelled = "Cancelled; nothing was added.",
  job_unknown = "The bridge says nothing of this job: it was finished or forgotten elsewhere; if not, restart the bridge.",
  failed = "The job failed without saying why; the bridge's log may tell more.",
  -- the result has no place, or not yet
  kept_tab = "Done. The tracks go in when you are back in the project “%s”.",
  kept_closed = "Done, but the project was closed: the result is kept. Open the project, then choose “AuxSend jobs”.",
  kept_deleted = "Done, but the item is gone: the result is kept. Choose “AuxSend jobs” to put it in all the same.",
  kept_changed = "Done, but the item was moved or edited meanwhile: the result is kept. Choose “AuxSend jobs” to put it in.",
  stem_missing = "The file “%s” of the result is gone or cannot be read: nothing was added. Split again.",
  insert_failed = "The tracks could not be added (%s): the result is kept in “%s”.",
  result_unknown = "The bridge sent a result that these scripts do not know: run “auxsend install” again, then restart.",
  -- what was selected
  select_audio = "Select at least one audio item, then try again.",
  select_midi = "Select a MIDI item with notes, or open it in the MIDI editor, then try again.",
  item_empty = "The item “%s” has nothing to play: choose an audio item.",
  item_midi = "“%s” is a MIDI item: choose an audio item.",
  item_audio = "“%s” is an audio item: choose a MIDI item.",
  item_no_notes = "“%s” holds no notes: choose a MIDI item with notes.",
  item_no_file = "The item “%s” plays no audio file: glue or render it first, then try again.",
  item_stretched = "The item “%s” has stretch markers: glue or render it first, then try again.",
  item_pitched = "The item “%s” is pitch-shifted: glue or render it first, then try again.",
  item_nested = "The item “%s” is a section of a section: glue or render it first, then try again.",
  item_channels = "The item “%s” plays chosen channels of its file: glue or render it first, then try again.",
  item_envelopes = "The item “%s” has envelopes of its own: glue or render it first, then try again.",
  -- what is made
  folder_stems = "%s stems",
  folder_notes = "%s notes",
  undo_split = "AuxSend: split to stems",
  undo_transcribe = "AuxSend: transcribe to MIDI track",
  no_notes = "No track was added: there was nothing to write down in “%s”.",
  found_key = "Key: %s.",
  -- windows
  title_split = "AuxSend: split to stems",
  title_transcribe = "AuxSend: transcribe to MIDI track",
  title_continue = "AuxSend: continue this melody",
  title_suggest = "AuxSend: suggest samples",
  title_jobs = "AuxSend: jobs",
  title_install = "AuxSend: install",
  button_cancel = "Cancel",
  button_item = "Insert at item",
  button_cursor = "Insert at cursor",
  button_forget = "Forget",
  button_mute_source = "Mute sources",
  button_mute_source_not = "Do not mute",
  button_quality = "Other quality",
  button_transcription_model = "Model",
  button_quantise = "Quantise",
  button_bends = "Bends",
  button_chords = "Chords",
  button_tempo = "Tempo",
  settings_title = "Settings",
  settings_notes_title = "Notes",
  settings_muted = "A split mutes its source item. Quality: %s.",
  settings_sounding = "A split leaves its source item sounding. Quality: %s.",
  settings_model = "A transcription uses the model “%s”.",
  settings_unquantised = "Notes stay where they are played.",
  settings_quantised = "Notes are moved to the nearest %s.",
  settings_bends_none = "Pitch bends are left out.",
  settings_bends_bends = "Pitch bends are written.",
  settings_chords_none = "Chords are not marked.",
  settings_chords_markers = "Chords become markers.",
  settings_tempo_leave = "The project's tempo stays.",
  settings_tempo_project = "The project takes over the tempo that is heard.",
  more_rows = "and %d more",
  internal_error = "AuxSend met a fault of its own (%s): please report it; jobs go on, see “AuxSend jobs”.",
  -- installation
  actions_added = "The actions are in the action list.",
  actions_where = "Choose Actions > Show action list and search for AuxSend; there you can give them keys.",
  actions_refused = "REAPER refused “%s”: run “auxsend install reaper” again, then this action.",
  menu_title = "The right-click menu of items",
  menu_added = "Added to your menu; restart REAPER to see it. The file before is reaper-menu.ini.before-auxsend.",
  menu_there = "The actions were there already; nothing was changed.",
  menu_by_hand = "Choose Options > Customize menus/toolbars > Media item context > Add > Action, and search for AuxSend.",
  -- jobs
  job_title = "%s (%s)",
  job_of_split = "stems",
  job_of_transcribe = "transcription",
  job_of_continue = "continuation",
  job_of_suggest = "samples",
  job_queued = "In the queue",
  job_running = "Working …",
  job_done = "Done, not put in yet.",
  job_cancelled = "Cancelled; nothing was added.",
  job_forgotten = "Forgotten; its files stay where they are.",
  no_jobs = "No jobs: nothing is running, and no result waits.",
}

function words.say(key, ...)
  local sentence = SENTENCES[key]
  return select("#", ...) > 0 and sentence:format(...) or sentence
end

return words
