--[[ Waveforms of what was put in, drawn a little at each tick.

    peaks.begin(source)   has the waveform of a source drawn
    peaks.build()         -> whether there is more to draw
]]

local peaks = {}

local unbuilt = {} -- sources whose peaks are not drawn yet

function peaks.begin(source)
  if reaper.PCM_Source_BuildPeaks(source, 0) ~= 0 then unbuilt[#unbuilt + 1] = source end
end

function peaks.build()
  local source = unbuilt[#unbuilt]
  if not source then return false end
  if reaper.PCM_Source_BuildPeaks(source, 1) == 0 then
    reaper.PCM_Source_BuildPeaks(source, 2)
    unbuilt[#unbuilt] = nil
    reaper.UpdateArrange()
  end
  return #unbuilt > 0
end

return function() return peaks end
