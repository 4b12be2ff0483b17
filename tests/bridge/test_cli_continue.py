"""`auxsend continue` from end to end: the real command line, a real engine process, the fake generator."""

import json
import shutil
from pathlib import Path
from typing import Any

import matplotlib.image
import mido
import numpy as np
import pytest
import soundfile as sf

from tests.bridge.conftest import Auxsend, Done, files_below
from tests.bridge.midi.files import TICKS, note, write_song
from tests.bridge.test_render import has_player

PITCHES = (67, 69, 71, 74, 71, 69, 67, 64)


def song(folder: Path, *extra: mido.MetaMessage, pitches: tuple[int, ...] = PITCHES, name: str = "in.mid") -> Path:
    """Writes two bars of quarter notes in 4/4 at 120, played by a flute."""
    flute: list[mido.Message] = [mido.Message("program_change", program=73, time=0)]
    for number, pitch in enumerate(pitches):
        flute += note(pitch, number * TICKS, (number + 1) * TICKS)
    return write_song(folder / name, [extra, flute])


@pytest.fixture
def go_on(auxsend: Auxsend, tmp_path: Path) -> Any:
    def run(source: Path, *options: object) -> Done:
        return auxsend("continue", source, "-o", tmp_path / "out/out.mid", "--model", "fake-melody", *options)

    return run


def test_candidates_come_as_tracks_without_the_prompt(go_on: Any, tmp_path: Path) -> None:
    done = go_on(song(tmp_path), "--bars", "4", "--candidates", "3", "--key", "G")
    assert done.code == 0, done.err
    assert done.out.strip() == str(tmp_path / "out/out.mid")
    assert "Candidate 1 of 3 is written: 16 notes." in done.err or "3 candidates of 4 bars in G major" in done.err
    assert "3 candidates of 4 bars in G major, 4/4, best first, with 16, 16, 16 notes." in done.err
    file = mido.MidiFile(tmp_path / "out/out.mid")
    assert [track.name for track in file.tracks[1:]] == ["candidate 1", "candidate 2", "candidate 3"]
    for track in file.tracks[1:]:
        messages = [message for message in track if message.type in ("note_on", "note_off")]
        assert messages[0].time == 0
        assert sum(message.time for message in track) / file.ticks_per_beat == 16
        assert {message.note % 12 for message in messages} <= {7, 9, 11, 0, 2, 4, 6}
        assert [message.program for message in track if message.type == "program_change"] == [73]
    assert files_below(tmp_path / "out") == {"out.mid"}


def test_json_has_the_promised_shape(go_on: Any, tmp_path: Path) -> None:
    done = go_on(song(tmp_path), "--json", "--bars", "2", "--key", "Em", "--seed", "3")
    assert done.code == 0, done.err
    result = json.loads(done.out)
    assert (result["key"], result["time_signature"], len(result["candidates"])) == ("E minor", "4/4", 4)
    scores = [candidate["score"] for candidate in result["candidates"]]
    assert scores == sorted(scores, reverse=True)
    for candidate in result["candidates"]:
        assert [row["onset_beat"] for row in candidate["notes"]] == list(range(8))
        assert all(set(row) == {"pitch", "velocity", "onset_beat", "duration_beat"} for row in candidate["notes"])
        assert {row["duration_beat"] for row in candidate["notes"]} == {1.0}
    other = go_on(song(tmp_path), "--json", "--bars", "2", "--key", "Em", "--seed", "4", "--force").result
    assert other["candidates"] != result["candidates"]


def test_beats_follow_a_tempo_map_with_ramps_and_two_events_on_a_tick(go_on: Any, tmp_path: Path) -> None:
    ramp = [mido.MetaMessage("set_tempo", tempo=700_000 - 40_000 * n, time=n * TICKS) for n in range(10)]
    done = go_on(song(tmp_path, mido.MetaMessage("set_tempo", tempo=123_456, time=0), *ramp), "--json", "--bars", "1")
    assert done.code == 0, done.err
    for candidate in done.result["candidates"]:
        assert [row["onset_beat"] for row in candidate["notes"]] == [0.0, 1.0, 2.0, 3.0]


def test_seven_eighths_have_bars_of_seven_eighths(go_on: Any, tmp_path: Path) -> None:
    metre = mido.MetaMessage("time_signature", numerator=7, denominator=8, time=0)
    done = go_on(song(tmp_path, metre), "--json", "--bars", "2", "--candidates", "1")
    assert done.code == 0, done.err
    assert done.result["time_signature"] == "7/8"
    assert [row["onset_beat"] for row in done.result["candidates"][0]["notes"]] == [0.5 * n for n in range(14)]


@pytest.mark.parametrize(
    ("options", "ending", "onsets", "parts"),
    [
        (("--mode", "vary", "--keep", "contour"), "varied", 8, {"melody"}),
        (("--mode", "fill", "--bars-range", "2-2"), "filled", 4, {"melody"}),
        (("--mode", "accompany", "--chords", "Am F"), "accompanied", 16, {"chords", "bass"}),
        (("--bars", "1", "--with-accompaniment"), "continued", 12, {"melody", "chords", "bass"}),
    ],
)
def test_every_mode_writes_its_own_bars_and_parts(
    auxsend: Auxsend, tmp_path: Path, options: tuple[str, ...], ending: str, onsets: int, parts: set[str]
) -> None:
    song(tmp_path)
    done = auxsend("continue", "in.mid", "--model", "fake-melody", "--json", "--candidates", "1", *options)
    assert done.code == 0, done.err
    result: Any = done.result
    assert result["midi"] == str(tmp_path / f"in {ending}.mid")
    (candidate,) = result["candidates"]
    assert len(candidate["notes"]) == onsets
    assert {row.get("part", "melody") for row in candidate["notes"]} == parts


def test_one_picture_has_the_prompt_and_all_candidates(go_on: Any, tmp_path: Path) -> None:
    done = go_on(song(tmp_path), "--plot")
    assert done.code == 0, done.err
    assert done.out.splitlines() == [str(tmp_path / "out/out.mid"), str(tmp_path / "out/out.png")]
    picture = matplotlib.image.imread(tmp_path / "out/out.png")
    height, width, _ = picture.shape
    assert 0.5 < height / width < 1  # four rolls under each other
    coloured = (picture[..., :3].max(axis=-1) - picture[..., :3].min(axis=-1)) > 0.5
    rows = coloured[:, width // 2 :].any(axis=1)
    quarters = np.array_split(rows[round(0.06 * height) :], 4)
    assert all(quarter.any() for quarter in quarters)


@has_player
def test_each_candidate_is_heard_after_its_prompt(go_on: Any, tmp_path: Path) -> None:
    done = go_on(song(tmp_path), "--render", "--bars", "1", "--candidates", "2")
    assert done.code == 0, done.err
    assert files_below(tmp_path / "out") == {"out.mid", "out 1.wav", "out 2.wav"}
    for number in (1, 2):
        assert sf.info(tmp_path / f"out/out {number}.wav").duration > 6.0  # two bars, and one of the candidate


def test_nothing_that_exists_is_replaced(go_on: Any, tmp_path: Path) -> None:
    source = song(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out/out.mid").write_text("mine")
    done = go_on(source)
    assert (done.code, (tmp_path / "out/out.mid").read_text()) == (4, "mine")
    assert "exists already" in done.err
    shutil.copy(source, tmp_path / "out/out.mid")
    assert "would replace the prompt itself" in go_on(tmp_path / "out/out.mid", "--force").err
    assert go_on(source, "--force").code == 0


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        (("--mode", "fill"), 2, "go together"),
        (("--mode", "fill", "--bars-range", "2-9"), 2, "Bars 2 to 9 are not in the selection, which has bars 1 to 2."),
        (("--temperature", "3"), 2, "temperature of 3"),
        (("--model", "zither"), 2, "no generation model named “zither”"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(
    go_on: Any, tmp_path: Path, options: tuple[str, ...], code: int, sentence: str
) -> None:
    done = go_on(song(tmp_path), *options)
    assert (done.code, done.out) == (code, "")
    assert sentence in done.err
    assert not (tmp_path / "out").exists()


def test_an_empty_file_and_drums_alone_are_refused(go_on: Any, tmp_path: Path) -> None:
    for name, tracks, sentence in (
        ("empty", [[]], "holds no notes"),
        ("drums", [note(36, 0, 9, channel=9)], "holds drums alone"),
    ):
        done = go_on(write_song(tmp_path / f"{name}.mid", tracks))
        assert done.code == 3
        assert sentence in done.err


def test_three_hundred_bars_and_one_note_are_prompts(go_on: Any, tmp_path: Path) -> None:
    for pitches in ((60, 62, 64, 65) * 300, (60,)):
        done = go_on(song(tmp_path, pitches=pitches), "--json", "--bars", "1", "--force")
        assert done.code == 0, done.err
        assert [row["onset_beat"] for row in done.result["candidates"][0]["notes"]] == [0.0, 1.0, 2.0, 3.0]
