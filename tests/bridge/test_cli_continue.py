"""`auxsend continue` from end to end: the real command line, a real engine process, the fake generator."""

import json
import shutil
from pathlib import Path
from typing import Any

import matplotlib.image
import mido
import numpy as np
import pretty_midi
import pytest
import soundfile as sf

from tests.bridge.conftest import Auxsend, Done, files_below
from tests.bridge.midi.files import END, TICKS, chunk, header, note, write_song
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
        (("--pitch-range", "high"), 2, "is no range of notes"),
        (("--key-rule", "strict", "--scale", "C", "--pitch-range", "61-62"), 2, "between the pitches 61 and 62"),
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


def test_an_empty_file_drums_alone_and_damage_are_refused(go_on: Any, tmp_path: Path) -> None:
    body = bytes((0x00, 0x90, 0x80, 0x40, 0x60, 0x80, 0x80, 0x40)) + END  # a note of pitch 128
    (tmp_path / "outside.mid").write_bytes(header() + chunk(body))
    write_song(tmp_path / "empty.mid", [[]])
    write_song(tmp_path / "drums.mid", [note(36, 0, 9, channel=9)])
    for name, sentence in (
        ("empty", "holds no notes"), ("drums", "holds drums alone"), ("outside", "is damaged"),
    ):  # fmt: skip
        done = go_on(tmp_path / f"{name}.mid")
        assert (done.code, done.out) == (3, "")
        assert sentence in done.err
        assert "Traceback" not in done.err


def read_independently(path: Path) -> list[list[tuple[int, float, float]]]:
    """Returns pitch, onset and end of the notes of each track in seconds, as pretty_midi reads them."""
    tracks = pretty_midi.PrettyMIDI(str(path)).instruments
    return [sorted((n.pitch, round(n.start, 3), round(n.end, 3)) for n in track.notes) for track in tracks]


def tune(count: int, ticks: int = TICKS) -> list[mido.Message]:
    """Returns equal notes, one after the other."""
    return [message for n in range(count) for message in note(60 + n % 5, n * ticks, (n + 1) * ticks)]


def tempo(microseconds: int, tick: int) -> mido.MetaMessage:
    return mido.MetaMessage("set_tempo", tempo=microseconds, time=tick)


HARD: dict[str, tuple[list[mido.Message], float]] = {
    "one note": (tune(1), 4.0),
    "three hundred bars": (tune(1200), 4.0),
    "overlapping notes": ([*note(60, 0, 1920), *note(64, TICKS, 2400), *note(67, 960, 1440)], 4.0),
    "7/8": ([mido.MetaMessage("time_signature", numerator=7, denominator=8, time=0), *tune(14, TICKS // 2)], 3.5),
    "a ramp, and two tempos on a tick": (
        [
            *(tempo(700_000 - 40_000 * n, n * TICKS) for n in range(8)),
            tempo(250_000, 3840),
            tempo(600_000, 3840),
            *tune(8),
        ],
        4.0,
    ),
}
"""Messages, and the beats of a bar."""


@pytest.mark.parametrize("name", HARD)
def test_hard_prompts_have_musical_answers_of_the_model_itself(auxsend: Auxsend, tmp_path: Path, name: str) -> None:
    messages, bar_beats = HARD[name]
    source = write_song(tmp_path / "in.mid", [sorted(messages, key=lambda message: message.time)])
    done = auxsend("continue", source, "-o", tmp_path / "out.mid", "--bars", "2", "--candidates", "2", "--json")
    assert done.code == 0, done.err
    result: Any = done.result
    assert set(result) >= {"key", "time_signature", "candidates"}
    assert [len(candidate["notes"]) > 0 for candidate in result["candidates"]] == [True, True]
    beat_sec = 60 / result["tempo"]
    for candidate, notes in zip(result["candidates"], read_independently(tmp_path / "out.mid"), strict=True):
        for row in candidate["notes"]:
            assert row.keys() == {"pitch", "velocity", "onset_beat", "duration_beat"}
            assert 0 <= row["onset_beat"] < row["onset_beat"] + row["duration_beat"] <= 2 * bar_beats
        told = sorted((row["pitch"], row["onset_beat"] * beat_sec) for row in candidate["notes"])
        assert [pitch for pitch, _, _ in notes] == [pitch for pitch, _ in told]
        assert [onset for _, onset, _ in notes] == pytest.approx([onset for _, onset in told], abs=0.003)


def test_every_constraint_can_be_asked_for(auxsend: Auxsend, tmp_path: Path) -> None:
    rules = (
        *("--key", "Am", "--key-rule", "strict", "--scale", "A C D E G", "--pitch-range", "A3-A5"),
        *("--polyphony", "1", "--notes-per-bar", "6", "--inside-bars", "--temperature", "1.5", "--top-p", "1"),
    )
    done = auxsend("continue", song(tmp_path), "--json", "--bars", "3", *rules)
    assert done.code == 0, done.err
    result: Any = done.result
    assert result["key"] == "A minor"
    for candidate in result["candidates"]:
        rows = candidate["notes"]
        assert {row["pitch"] % 12 for row in rows} <= {9, 0, 2, 4, 7}
        assert all(57 <= row["pitch"] <= 81 for row in rows)
        ends = [row["onset_beat"] + row["duration_beat"] for row in rows]
        assert all(end <= after["onset_beat"] for end, after in zip(ends, rows[1:], strict=False))
        assert all(end <= 4 * (row["onset_beat"] // 4 + 1) for end, row in zip(ends, rows, strict=True))
        counts = [sum(row["onset_beat"] // 4 == bar for row in rows) for bar in range(3)]
        assert all(4 <= count <= 8 for count in counts)
