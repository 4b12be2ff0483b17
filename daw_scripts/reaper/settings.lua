--[[ The user's own settings, which REAPER keeps for all projects; they are changed in the window of the jobs.

    settings.is_source_muted()       whether a split mutes its source item
    settings.quality()               "fast", "balanced" or "best"
    settings.model()                 the model of a split; empty for the engine's own choice
    settings.transcription()         what a request to transcribe says: { model =, has_bends =, quantise =,
                                     quantise_strength = }
    settings.continuation()          what a request to continue says: { model =, bars = }
    settings.is_melody_apart()       whether it goes on a track of its own, not on the item's
    settings.has_chord_markers()     whether chords become markers of the project
    settings.is_tempo_set()          whether the project takes over the tempo that was heard
    settings.is_tempo_matched()      whether a suggested sample goes in at the project's tempo
    settings.switch_tempo_match()    changes that
    settings.rows()                  the rows that show them, for window.lua
    settings.press(label)            changes what a button of those rows stands for
]]

local settings = {}

local SECTION = "AuxSend"
local CHOICES = { -- what a button goes through; the first is the default
  mute_source = { "1", "0" },
  quality = { "balanced", "best", "fast" },
  transcription_model = { "auto", "basic-pitch", "piano", "voice", "drums", "full" },
  quantise = { "", "1/16", "1/8", "1/4", "1/32", "1/12", "1/24" }, -- the last two are triplets
  bends = { "none", "bends" },
  chords = { "none", "markers" },
  tempo = { "leave", "project" },
  melody_track = { "same", "new" },
  melody_bars = { "4", "8", "16", "2" },
  match_tempo = { "1", "0" }, -- has a button in the list of samples
}
local BUTTONS = { -- rows of buttons: what each goes through
  { "mute_source", "quality" },
  { "transcription_model", "quantise", "bends", "chords", "tempo" },
  { "melody_track", "melody_bars" },
}

local function place_of(key)
  local value = reaper.GetExtState(SECTION, key)
  for place, choice in ipairs(CHOICES[key]) do
    if choice == value then return place end
  end
  return 1
end

local function chosen(key)
  return CHOICES[key][place_of(key)]
end

function settings.is_source_muted() return chosen("mute_source") == "1" end
function settings.quality() return chosen("quality") end
function settings.has_chord_markers() return chosen("chords") == "markers" end
function settings.is_tempo_set() return chosen("tempo") == "project" end
function settings.is_melody_apart() return chosen("melody_track") == "new" end
function settings.is_tempo_matched() return chosen("match_tempo") == "1" end

local function change(key)
  local choices = CHOICES[key]
  reaper.SetExtState(SECTION, key, choices[place_of(key) % #choices + 1], true)
end

function settings.switch_tempo_match()
  change("match_tempo")
end

--- A model by name. It has no button, since engines differ in what they have.
function settings.model()
  return reaper.GetExtState(SECTION, "model")
end

--- One of those that the button goes through, or another that the user has named.
local function transcription_model()
  local named = reaper.GetExtState(SECTION, "transcription_model")
  return named ~= "" and named or CHOICES.transcription_model[1]
end

function settings.transcription()
  local strength = tonumber(reaper.GetExtState(SECTION, "quantise_strength")) or 1
  return {
    model = transcription_model(),
    has_bends = chosen("bends") == "bends",
    quantise = chosen("quantise"),
    quantise_strength = math.max(0, math.min(1, strength)),
  }
end

function settings.continuation()
  return { model = reaper.GetExtState(SECTION, "melody_model"), bars = math.tointeger(tonumber(chosen("melody_bars"))) }
end

return function(auxsend)
  local words = auxsend.words

  local function label_of(key)
    return words.say("button_" .. key .. (key == "mute_source" and settings.is_source_muted() and "_not" or ""))
  end

  local function notes_sentence()
    local quantise = chosen("quantise")
    return table.concat({
      words.say("settings_model", transcription_model()),
      quantise == "" and words.say("settings_unquantised") or words.say("settings_quantised", quantise),
      words.say("settings_bends_" .. chosen("bends")),
      words.say("settings_chords_" .. chosen("chords")),
      words.say("settings_tempo_" .. chosen("tempo")),
    }, " ")
  end

  function settings.rows()
    local said = words.say(settings.is_source_muted() and "settings_muted" or "settings_sounding", settings.quality())
    local melody = words.say("settings_melody_" .. chosen("melody_track"), chosen("melody_bars"))
    local rows = {
      { title = words.say("settings_title"), message = said, buttons = {} },
      { title = words.say("settings_notes_title"), message = notes_sentence(), buttons = {} },
      { title = words.say("settings_melodies_title"), message = melody, buttons = {} },
    }
    for i, keys in ipairs(BUTTONS) do
      for j, key in ipairs(keys) do rows[i].buttons[j] = label_of(key) end
    end
    return rows
  end

  function settings.press(label)
    for _, keys in ipairs(BUTTONS) do
      for _, key in ipairs(keys) do
        if label_of(key) == label then return change(key) end
      end
    end
  end

  return settings
end
