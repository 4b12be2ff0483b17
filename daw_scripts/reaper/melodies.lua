--[[ The result of a continuation: one MIDI item after the source item, with a take for each candidate, the best one active.

    melodies.insert(project, spot, look, result) -> true and a remark or nothing, or nil and a sentence; all or nothing

The item begins at the bar line that the bridge tells; where the source item is gone, at the edit cursor. It goes on the
source's track, or on a new one right below where the settings say so or something lies there already.

REAPER has no function that adds a MIDI take which takes notes: what AddTakeToMediaItem and PCM_Source_CreateFromType make
refuses them. So the further takes are written into the item's own text, each with what REAPER itself has written for the
first, empty one; but not with its POOLEDEVTS, since takes that share those share their notes.
]]

local melodies = {}

--- The text of an item with more takes, as empty as its only one.
local function with_takes(text, count)
  local inside, tail = text:match("^(.*\n)(%s*>%s*)$")
  local resolution, ending = text:match("\n%s*(HASDATA [^\n]+)"), text:match("\n%s*(E %d+ b0 7b 00)")
  assert(inside and resolution and ending, "REAPER writes MIDI items in a way that is new")
  local take = ("TAKE\n<SOURCE MIDI\n%s\n%s\n>\n"):format(resolution, ending)
  return inside .. take:rep(count - 1) .. tail
end

--- Gives an item of one empty MIDI take so many of them.
local function add_takes(item, count)
  if count == 1 then return end
  local _, text = reaper.GetItemStateChunk(item, "", false)
  assert(reaper.SetItemStateChunk(item, with_takes(text, count), false), "REAPER refused the takes")
end

return function(auxsend)
  local words, insertion, midi, settings = auxsend.words, auxsend.insertion, auxsend.midi, auxsend.settings
  local continuation = auxsend.continuation

  local function track_for(plan)
    local track, name = plan.spot.track, plan.look.name
    if settings.is_melody_apart() then return insertion.track_below(plan.project, track, name) end
    return insertion.free_track(plan.project, track, plan.position_sec, plan.position_sec + plan.result.length_sec, name)
  end

  --- An item with as many empty takes as there are candidates.
  local function new_item(plan)
    local position_sec, length_sec = plan.position_sec, plan.result.length_sec
    local item = reaper.CreateNewMIDIItemInProj(track_for(plan), position_sec, position_sec + length_sec, false)
    add_takes(item, #plan.candidates)
    insertion.place_midi(item, position_sec, length_sec, plan.look)
    return item
  end

  --- Puts in a candidate's parts, each on its own channel. The sound is the track's: no program is chosen.
  local function fill(take, candidate, plan)
    local tick_at = insertion.ticks_of(take, plan.position_sec)
    reaper.MIDI_DisableSort(take)
    for _, track in ipairs(candidate.tracks) do
      for _, note in ipairs(midi.notes(track, plan.result.length_sec)) do
        local first = math.max(0, tick_at(note.onset_sec))
        local last = math.max(first + 1, tick_at(note.end_sec))
        local is_in = reaper.MIDI_InsertNote(
          take, false, false, first, last, continuation.channel(track), note.pitch, note.velocity, true
        )
        assert(is_in, "REAPER refused a note")
      end
    end
    reaper.MIDI_Sort(take)
  end

  local function build(plan)
    local item = new_item(plan)
    if plan.result.key ~= "" then
      reaper.GetSetMediaItemInfo_String(item, "P_NOTES", words.say("found_key", plan.result.key), true)
    end
    for i, candidate in ipairs(plan.candidates) do
      local take = reaper.GetTake(item, i - 1)
      reaper.GetSetMediaItemTakeInfo_String(take, "P_NAME", words.say("take_continuation", i, candidate.score), true)
      fill(take, candidate, plan)
    end
    reaper.SetActiveTake(reaper.GetTake(item, 0))
  end

  function melodies.insert(project, spot, look, result)
    if not continuation.is_result(result) then return nil, words.say("result_unknown") end
    local plan = { project = project, spot = spot, look = look, result = result, candidates = continuation.sounding(result) }
    plan.position_sec = spot.position_sec + (look.item and result.begin_sec or 0)
    if #plan.candidates == 0 then return true, words.say("no_continuation", look.name) end
    local reason = insertion.in_one_step(project, words.say("undo_continue"), function() build(plan) end)
    if reason then return nil, words.say("insert_failed", reason, result.midi_file) end
    return true
  end

  return melodies
end
