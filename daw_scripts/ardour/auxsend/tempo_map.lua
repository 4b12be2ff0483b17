--[[ The session's tempo map: in ticks for MIDI files, and around a region as the bridge wants it, in seconds.

    tempo_map.ticks_from(position)        -> a function from seconds after that sample to ticks after it
    tempo_map.tick_of(sample), tempo_map.sample_of(tick)
    tempo_map.bar_line(sample)            -> the sample of the bar line right there, or the same sample if none is
    tempo_map.around(position, length)    -> list of { time_sec =, quarter_bpm = }, list of { time_sec =, numerator =,
                                             denominator = }; times are counted from the region's beginning

What is told begins with the bar that the region begins in, so the first times may be negative, and goes on beyond the
region for what is to follow there. Ardour's Lua does not list the changes of a tempo map, so it is asked at every quarter and
every bar: a tempo that is not the same for a whole quarter is told as the one that the quarter has in the mean.
]]

local tempo_map = {}

local LATER_QUARTERS = 256 -- beyond the region; a continuation has fewer
local MOST_TEMPOS = 1900 -- the bridge takes 2000
local NEAR_SEC = 0.001 -- a region so little before a bar line begins at it
local ROUNDING_SAMPLES = 1.5 -- by which a quarter's length may be off: both of its ends are whole samples

function tempo_map.tick_of(sample)
  local quarters = Temporal.TempoMap.read():quarters_at(Temporal.timepos_t(sample))
  -- Ardour 7's Lua says of musical time only what it looks like: “quarters:ticks”.
  local whole, ticks = tostring(quarters):match("^(%-?%d+):(%d+)$")
  return tonumber(whole) * Temporal.ticks_per_beat + tonumber(ticks)
end

function tempo_map.sample_of(tick)
  return Temporal.timepos_t.from_ticks(tick):samples()
end

function tempo_map.ticks_from(position)
  local origin, rate_hz = tempo_map.tick_of(position), Session:nominal_sample_rate()
  return function(time_sec) return tempo_map.tick_of(position + math.floor(time_sec * rate_hz + 0.5)) - origin end
end

local function near()
  return math.floor(NEAR_SEC * Session:nominal_sample_rate())
end

--- The number of the bar that a sample lies in.
local function bar_at(sample)
  return Temporal.TempoMap.read():bbt_at(Temporal.timepos_t(sample + near())).bars
end

local function sample_of_bar(bar)
  local map = Temporal.TempoMap.read()
  return map:sample_at_beats(map:quarters_at_bbt(Temporal.BBT_TIME(bar, 1, 0)))
end

function tempo_map.bar_line(sample)
  local line = sample_of_bar(bar_at(sample))
  return math.abs(line - sample) <= near() and line or sample
end

--- The tempo between two samples that so many quarters lie between.
local function tempo_between(first, last, quarters)
  local samples = last - first
  local mean_bpm = 60 * Session:nominal_sample_rate() * quarters / samples
  local quarter_bpm = Temporal.TempoMap.read():quarters_per_minute_at(Temporal.timepos_t((first + last) // 2))
  return math.abs(mean_bpm / quarter_bpm - 1) * samples <= ROUNDING_SAMPLES and quarter_bpm or mean_bpm
end

local function add_if_new(changes, change, key, other_key)
  local last = changes[#changes]
  local is_same = last and last[key] == change[key] and (not other_key or last[other_key] == change[other_key])
  if not is_same then changes[#changes + 1] = change end
end

local function tempos_between(first, last, json)
  local tempos, first_tick = json.array(), tempo_map.tick_of(first)
  local all_quarters = (tempo_map.tick_of(last) - first_tick) / Temporal.ticks_per_beat
  local quarters = math.ceil(all_quarters / MOST_TEMPOS)
  local sample, number = first, 0
  while sample < last do
    number = number + 1
    local next_sample = tempo_map.sample_of(first_tick + number * quarters * Temporal.ticks_per_beat)
    add_if_new(tempos, { time_sec = sample, quarter_bpm = tempo_between(sample, next_sample, quarters) }, "quarter_bpm")
    sample = next_sample
  end
  return tempos
end

local function metres_between(first_bar, last, json)
  local metres, bar, sample = json.array(), first_bar, sample_of_bar(first_bar)
  while sample < last do
    local metre = Temporal.TempoMap.read():meter_at(Temporal.timepos_t(sample + near()))
    local change = { time_sec = sample, numerator = metre:divisions_per_bar(), denominator = metre:note_value() }
    add_if_new(metres, change, "numerator", "denominator")
    bar = bar + 1
    sample = sample_of_bar(bar)
  end
  return metres
end

--- Makes samples of the session seconds from the region's beginning, which the first of them does not come after.
local function count_from(position, changes)
  for _, change in ipairs(changes) do
    change.time_sec = (change.time_sec - position) / Session:nominal_sample_rate()
  end
  changes[1].time_sec = math.min(0, changes[1].time_sec)
  return changes
end

return function(auxsend)
  local json = auxsend.json

  function tempo_map.around(position, length)
    local first_bar = bar_at(position)
    local last = tempo_map.sample_of(tempo_map.tick_of(position + length) + LATER_QUARTERS * Temporal.ticks_per_beat)
    local tempos = tempos_between(sample_of_bar(first_bar), last, json)
    return count_from(position, tempos), count_from(position, metres_between(first_bar, last, json))
  end

  return tempo_map
end
