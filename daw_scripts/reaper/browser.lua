--[[ Opens an address in the user's browser: by the SWS extension where it is installed, else by the system's own program.

    browser.open(url)   -> true, or nil where the text is no address of the panel on this machine
]]

local browser = {}

--- The program that opens an address, and what comes before it on the command line, by the beginning of REAPER's name for
--- the system.
local OPENERS = { Win = 'cmd.exe /C start "" "%s"', OSX = '/usr/bin/open "%s"', macOS = '/usr/bin/open "%s"' }
local OTHERS = '/usr/bin/xdg-open "%s"'
local NO_WAIT = -2 -- of ExecProcess: at once, and without a window

local function opener()
  for prefix, command in pairs(OPENERS) do
    if reaper.GetOS():sub(1, #prefix) == prefix then return command end
  end
  return OTHERS
end

return function(auxsend)
  function browser.open(url)
    if not auxsend.Companion.is_url(url) then return nil end -- it goes on a command line
    if reaper.APIExists("CF_ShellExecute") then
      reaper.CF_ShellExecute(url)
    else
      reaper.ExecProcess(opener():format(url), NO_WAIT)
    end
    return true
  end

  return browser
end
