"""Continue this melody in a real Ardour, beside a stand-in bridge; the saved session is read back by another process.

The session's metre is 3/4, its tempo 120 and from the fourth bar on 90: so the bars begin at 0, 1.5, 3, 4.5 and 6.5 s.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import mido
import pytest

from tests.daw_scripts.ardour.conftest import StartArdour, WriteExcerpt, wait_for
from tests.daw_scripts.ardour.host import Ardour
from tests.daw_scripts.ardour.steps import ask, shown, trimmed_region, undo, wait_for_end
from tests.daw_scripts.ardour.studio import SLOTS, Region, SavedMidi, add_song, said
from tests.daw_scripts.stand_in import StandIn, note_track

RATE_HZ = 44_100
TEMPO_MAP = (
    "local map = Temporal.TempoMap.write_copy()\n"
    "map:set_meter(Temporal.Meter(3, 4), Temporal.timepos_t(0))\n"
    "map:set_tempo(Temporal.Tempo(90, 90, 4), Temporal.timepos_t.from_ticks(9 * Temporal.ticks_per_beat))\n"
    "Temporal.TempoMap.update(map)\nmap = nil collectgarbage()"
)
POSITION = 2 * RATE_HZ
"""Where the melody begins: at the second beat of the second bar."""
BEGIN, LENGTH = 3 * RATE_HZ, round(3.5 * RATE_HZ)
"""Where the continuation does, and how long its two bars are."""
FIRST = [[60, 100, 0.0, 0.5], [64, 80, 1.4003, 0.25], [67, 90, 3.0, 0.5]]
SECOND = [[72, 70, 0.25, 1.0]]
MILLISECOND = RATE_HZ / 1000


@pytest.fixture(scope="module")
def ardour(start_ardour: StartArdour) -> Ardour:
    """An Ardour with that tempo map."""
    ardour = start_ardour()
    ardour.run(TEMPO_MAP)
    return ardour


def add_melody(ardour: Ardour, folder: Path, name: str, pitches: Sequence[int] = (60, 64)) -> Region:
    """Puts a region of one quarter for each pitch at POSITION on a new track, and selects it."""
    file = mido.MidiFile(type=0, ticks_per_beat=480)
    track = mido.MidiTrack()
    for pitch in pitches:
        track.append(mido.Message("note_on", note=pitch, velocity=100))
        track.append(mido.Message("note_off", note=pitch, time=480))
    file.tracks.append(track)
    file.save(folder / f"{name}.mid")
    region = add_song(ardour, folder / f"{name}.mid", POSITION, name, is_copied=True)
    region.do(f"region:set_length(Temporal.timecnt_t({len(pitches) * RATE_HZ // 2}))")  # Ardour's are whole bars
    region.select()
    return region


def finish(bridge: StandIn, request: dict[str, Any], *candidates: list[dict[str, Any]]) -> None:
    """Ends a job with these candidates, from the bar line at 3 s on."""
    bridge.finish_continuation(request, *candidates, begin_sec=1.0, length_sec=LENGTH / RATE_HZ)
    wait_for_end(bridge)


def check(midi: SavedMidi, name: str, notes: Sequence[Sequence[float]], position: int = BEGIN) -> None:
    """Checks that a region has its place, and that every note sounds within a millisecond of its time."""
    assert (midi.name, midi.position, midi.length) == (name, position, LENGTH)
    found = sorted(midi.notes, key=lambda note: note.onset)
    assert [(note.pitch, note.velocity) for note in found] == [(note[0], note[1]) for note in notes]
    onsets = [position + onset_sec * RATE_HZ for _, _, onset_sec, _ in notes]
    ends = [position + (onset_sec + duration_sec) * RATE_HZ for _, _, onset_sec, duration_sec in notes]
    assert [note.onset for note in found] == pytest.approx(onsets, abs=MILLISECOND)
    assert [note.end for note in found] == pytest.approx(ends, abs=MILLISECOND)


def test_candidates_follow_the_melody_as_playlists_and_one_undo_takes_all_back(
    ardour: Ardour, bridge: StandIn, tmp_path: Path
) -> None:
    add_melody(ardour, tmp_path, "Lead é")
    before = shown(ardour)
    request = ask(ardour, bridge, "continue")
    params = request["params"]
    assert [(note["pitch"], note["velocity"]) for note in params["notes"]] == [(60, 100), (64, 100)]
    assert [note["onset_sec"] for note in params["notes"]] == pytest.approx([0.0, 0.5], abs=1e-4)
    assert [note["duration_sec"] for note in params["notes"]] == pytest.approx([0.5, 0.5], abs=1e-4)
    assert params["length_sec"] == pytest.approx(1.0, abs=1e-4)
    assert params["tempos"] == [{"time_sec": -0.5, "quarter_bpm": 120}, {"time_sec": 2.5, "quarter_bpm": 90}]
    assert params["time_signatures"] == [{"time_sec": -0.5, "numerator": 3, "denominator": 4}]
    assert (params["bars"], params["model"], params["name"]) == (4, "", "Lead é")
    accompanied = [note_track("melody", FIRST), note_track("bass", [[36, 80, 0.0, 3.0]])]
    finish(bridge, request, accompanied, [note_track("melody", SECOND)], [])
    after = shown(ardour)
    assert after.keys() == before.keys(), "the region's own track has room"
    source, best = after["Lead é"].midi
    assert (source.position, len(source.notes)) == (POSITION, 2)
    assert [note for note in best.notes if note.channel == 2] == [note for note in best.notes if note.pitch == 36]
    best.notes[:] = [note for note in best.notes if note.channel == 0]
    check(best, "Lead é continuation 1 (0.77)", FIRST)
    ((name, (again, other)),) = after["Lead é"].playlists.items()
    assert name == "Lead é continuation 2 (0.76)"
    assert (again.position, again.length, again.notes) == (source.position, source.length, source.notes)
    check(other, name, SECOND)
    undo(ardour)
    assert shown(ardour) == before


def test_where_something_follows_already_it_goes_on_a_track_below_also_after_an_undo(
    ardour: Ardour, bridge: StandIn, tmp_path: Path
) -> None:
    region = add_melody(ardour, tmp_path, "Verse", [60] * 4)  # until 4 s, so something lies at the bar line
    candidates = [[note_track("melody", FIRST)], [note_track("melody", SECOND)]]
    finish(bridge, ask(ardour, bridge, "continue"), *candidates)
    undo(ardour)
    region.select()
    finish(bridge, ask(ardour, bridge, "continue"), *candidates)
    tracks = shown(ardour)
    (new,) = (track for name, track in tracks.items() if name.startswith("Verse") and name != "Verse")
    assert new.order == tracks["Verse"].order + 1
    assert (len(tracks["Verse"].midi), tracks["Verse"].playlists) == (1, {})
    check(new.midi[0], "Verse continuation 1 (0.77)", FIRST)
    ((_, (other,)),) = new.playlists.items()  # the playlist that the undo has emptied was taken again
    check(other, "Verse continuation 2 (0.76)", SECOND)


def test_what_cannot_be_continued_or_split_is_said(
    ardour: Ardour, bridge: StandIn, tmp_path: Path, write_excerpt: WriteExcerpt
) -> None:
    trimmed_region(ardour, write_excerpt(), "Sung")
    ardour.choose(SLOTS["continue"])
    wait_for(lambda: "Select at least one MIDI region" in said(ardour), "the sentence")
    region = add_melody(ardour, tmp_path, "Silent")
    region.do(f"region:trim_front(Temporal.timepos_t({POSITION + RATE_HZ * 9 // 10}))")
    ardour.choose(SLOTS["continue"])
    wait_for(lambda: "“Silent” holds no notes: choose a MIDI region with notes" in said(ardour), "the sentence")
    region = add_melody(ardour, tmp_path, "Rests")
    region.do(f"region:trim_front(Temporal.timepos_t({POSITION + 100}))")
    request = ask(ardour, bridge, "continue")
    assert [note["pitch"] for note in request["params"]["notes"]] == [64], (
        "a note before the region's edge is not heard"
    )
    finish(bridge, request, [note_track("melody", [])])
    wait_for(lambda: "no continuation of “Rests” has notes" in said(ardour), "the sentence")
    region.do("assert(playlist:n_regions() == 1)")
    ardour.choose(SLOTS["split"])
    wait_for(lambda: "Select at least one audio region" in said(ardour), "the sentence")
