--[[ What the user may choose, in a file auxsend_settings.lua beside this one, for example:

    return {
      mute_source = false,                              -- leave the region that was split as it is
      model = "htdemucs_6s", quality = "best",          -- of a split
      transcription_model = "piano", has_bends = true,  -- of a transcription
      quantise = "1/16", quantise_strength = 0.5,       -- the same
      melody_bars = 8, melody_apart = true,             -- of a continuation: how long; on a track of its own
      melody_model = "melody",                          -- the same
      match_tempo = false,                              -- what the list of samples proposes: each at its own speed
      messages = "log",                                 -- “dialog”, or “log”: a line in auxsend.log in the session's folder
    }
]]

local DEFAULTS = {
  match_tempo = true, mute_source = true, messages = "dialog", transcription_model = "auto", has_bends = false,
  quantise = "", quantise_strength = 1, melody_bars = 4, melody_apart = false, melody_model = "",
}

return function(auxsend)
  local is_good, chosen = pcall(dofile, auxsend.folder .. "auxsend_settings.lua")
  return setmetatable(is_good and type(chosen) == "table" and chosen or {}, { __index = DEFAULTS })
end
