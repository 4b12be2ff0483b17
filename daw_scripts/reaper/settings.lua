--[[ The user's own settings, which REAPER keeps for all projects; they are changed in the window of the jobs.

    settings.is_source_muted()       whether a split mutes its source item
    settings.quality()               "fast", "balanced" or "best"
    settings.row()                   the row that shows them, for window.lua
    settings.press(label)            changes what a button of that row stands for
]]

local settings = {}

local SECTION = "AuxSend"
local QUALITIES = { "fast", "balanced", "best" }
local DEFAULT_QUALITY = 2

function settings.is_source_muted()
  return reaper.GetExtState(SECTION, "mute_source") ~= "0"
end

local function quality_number()
  local value = reaper.GetExtState(SECTION, "quality")
  for i, quality in ipairs(QUALITIES) do
    if quality == value then return i end
  end
  return DEFAULT_QUALITY
end

function settings.quality()
  return QUALITIES[quality_number()]
end

--- A model by name; empty for the engine's own choice. It has no button, since engines differ in what they have.
function settings.model()
  return reaper.GetExtState(SECTION, "model")
end

return function(auxsend)
  local words = auxsend.words

  local function mute_label()
    return words.say(settings.is_source_muted() and "button_keep_sounding" or "button_mute")
  end

  function settings.row()
    local said = words.say(settings.is_source_muted() and "settings_muted" or "settings_sounding", settings.quality())
    return { title = words.say("settings_title"), message = said, buttons = { mute_label(), words.say("button_quality") } }
  end

  function settings.press(label)
    if label == mute_label() then
      reaper.SetExtState(SECTION, "mute_source", settings.is_source_muted() and "0" or "1", true)
    elseif label == words.say("button_quality") then
      reaper.SetExtState(SECTION, "quality", QUALITIES[quality_number() % #QUALITIES + 1], true)
    end
  end

  return settings
end
