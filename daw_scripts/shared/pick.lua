--[[ A list of suggested samples, from what is asked to the row that its user takes; the same in all hosts.

    local pick = Pick.new(json, { clip = or nil, text = or nil, project =, project_bpm = })
    pick:params()                    -> the params of the next “suggest”
    pick:take(result)                -> true: its rows are the list now; or nil and the key of a sentence
    pick.rows                        best first, as docs/protocol.md has them
    pick:more(row)                   from now on, asks for what is like this row and was not shown yet
    pick:drop(row)                   takes a row away, and leans away from it from now on
    pick:use(row, kind)              -> the params of a “use”: “inserted”, “kept” or “skipped”
    Pick.are_rows(rows)              -> whether they are what “suggest” gives
    Pick.speed(row, is_matched)      -> play rate and length in seconds, in time with the project or at its own speed
    Pick.semitones(row)              -> how far to transpose it; the panel says so for what is to be in the project's key
    Pick.hindrance(row, files)       -> the key of the sentence that says why it cannot be put in; nil if it can
    Pick.describe(row)               -> what it is, as in “loop · A minor · 92 BPM”; and why it is suggested
]]

local Pick = {}
Pick.__index = Pick

local ROWS = 20
local MOST_IDS = 1000 -- as many as the bridge takes; of more, the latest
local MOST_BPM = 1000
local MOST_SEMITONES = 12
local TEXTS, NUMBERS = { "sample", "name", "kind", "key" }, { "bpm", "playrate", "length_sec", "duration_sec" }

function Pick.new(json, wanted)
  return setmetatable({ json = json, wanted = wanted, rows = {}, liked = {}, disliked = {}, shown = {} }, Pick)
end

--- The latest ids of a list, as JSON's array.
local function latest(json, ids)
  return json.array({ table.unpack(ids, math.max(1, #ids - MOST_IDS + 1)) })
end

function Pick:params()
  local wanted, json = self.wanted, self.json
  return {
    clip = wanted.clip or json.null,
    text = wanted.text or "",
    count = ROWS,
    liked = latest(json, self.liked),
    disliked = latest(json, self.disliked),
    excluded = latest(json, self.shown),
    project = wanted.project,
    project_bpm = math.min(MOST_BPM, wanted.project_bpm),
  }
end

local function is_row(row)
  if type(row) ~= "table" or type(row.why) ~= "table" then return false end
  for _, key in ipairs(TEXTS) do
    if type(row[key]) ~= "string" then return false end
  end
  for _, key in ipairs(NUMBERS) do
    if type(row[key]) ~= "number" then return false end
  end
  return row.playrate > 0 and row.length_sec > 0 and row.duration_sec > 0
end

function Pick.are_rows(rows)
  if type(rows) ~= "table" then return false end
  for _, row in ipairs(rows) do
    if not is_row(row) then return false end
  end
  return true
end

function Pick:take(result)
  local rows = type(result) == "table" and result.rows
  if not Pick.are_rows(rows) then return nil, "result_unknown" end
  if #rows == 0 then return nil, #self.shown > 0 and "samples_no_more" or "samples_none" end
  self.rows = rows
  for _, row in ipairs(rows) do self.shown[#self.shown + 1] = row.sample end
  return true
end

function Pick:more(row)
  self.liked[#self.liked + 1] = row.sample
end

function Pick:drop(row)
  self.disliked[#self.disliked + 1] = row.sample
  for i, other in ipairs(self.rows) do
    if other == row then return table.remove(self.rows, i) end
  end
end

function Pick:use(row, kind)
  return { sample = row.sample, project = self.wanted.project, kind = kind }
end

function Pick.speed(row, is_matched)
  if is_matched then return row.playrate, row.length_sec end
  return 1, row.duration_sec
end

function Pick.semitones(row)
  local semitones = tonumber(row.semitones) or 0
  return math.abs(semitones) <= MOST_SEMITONES and semitones or 0
end

function Pick.hindrance(row, files)
  if type(row.path) ~= "string" then return "sample_nowhere" end
  return not files.exists(row.path) and "sample_gone" or nil
end

function Pick.describe(row)
  local parts = { row.kind }
  if row.key ~= "" then parts[#parts + 1] = row.key end
  if row.bpm > 0 then parts[#parts + 1] = ("%.4g BPM"):format(row.bpm) end
  return table.concat(parts, " · "), table.concat(row.why, "; ")
end

return Pick
