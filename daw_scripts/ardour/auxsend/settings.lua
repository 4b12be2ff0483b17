--[[ What the user may choose, in a file auxsend_settings.lua beside this one, for example:

    return {
      mute_source = false,  -- leave the region that was split as it is
      model = "htdemucs_6s", quality = "best",
      messages = "log",     -- “dialog”, or “log”: a line in auxsend.log in the session's folder
    }
]]

local DEFAULTS = { mute_source = true, messages = "dialog" }

return function(auxsend)
  local is_good, chosen = pcall(dofile, auxsend.folder .. "auxsend_settings.lua")
  return setmetatable(is_good and type(chosen) == "table" and chosen or {}, { __index = DEFAULTS })
end
