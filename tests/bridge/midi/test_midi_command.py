"""`auxsend midi` through the real command line."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import mido
import pretty_midi
import pytest

from tests.bridge.conftest import Done, auxsend_command, auxsend_environment, files_below
from tests.bridge.midi.files import band, note, write_song

Midi = Callable[..., Done]


@pytest.fixture
def midi(tmp_path: Path) -> Midi:
    """Runs `auxsend midi song.mid` with more arguments, in the test's folder."""

    def run(*arguments: object) -> Done:
        done = subprocess.run(
            auxsend_command("midi", "song.mid", *arguments), cwd=tmp_path, capture_output=True, encoding="utf-8",
            env=auxsend_environment(tmp_path / "home"), timeout=60,
        )  # fmt: skip
        return Done(done.returncode, done.stdout, done.stderr)

    return run


def test_what_is_in_a_file(midi: Midi, tmp_path: Path) -> None:
    band(tmp_path / "song.mid")
    lines = [" ".join(line.split()) for line in midi().out.splitlines()]
    assert lines == [
        "song.mid",
        "title: Song",
        "length: 0:09.3, 12 notes",
        "tempo: 120, 60 from 0:01.5",
        "metre: 3/4",
        "key: C major (key signature)",
        "format: 1, 480 ticks per quarter note",
        "channel track program notes range",
        "1 Melody 40 Violin 11 C4–C5",
        "10 Drums drums 1",
    ]
    assert files_below(tmp_path) == {"song.mid"}


def test_a_name_sends_no_commands_to_the_terminal(midi: Midi, tmp_path: Path) -> None:
    write_song(tmp_path / "song.mid", [[mido.MetaMessage("track_name", name="\x1b[31mred"), *note(60, 0, 480)]])
    assert midi("--json").result["tracks"][0]["name"] == "[31mred"  # type: ignore[index]
    assert "\x1b" not in midi().out


def test_the_same_as_an_object(midi: Midi, tmp_path: Path) -> None:
    band(tmp_path / "song.mid", key=None)
    assert midi("--json").result == {
        "format": 1, "ticks_per_quarter": 480, "title": "Song", "duration_sec": pytest.approx(9.333333),
        "tempo": [[0.0, 120.0], [1.5, 60.0]], "time_signatures": [[0.0, 3, 4]], "key": "C major",
        "key_is_stated": False,
        "tracks": [
            {"name": "Melody", "channel": 1, "program": 40, "is_drum": False, "note_count": 11, "lowest_pitch": 60,
             "highest_pitch": 72},
            {"name": "Drums", "channel": 10, "program": 0, "is_drum": True, "note_count": 1, "lowest_pitch": 36,
             "highest_pitch": 36},
        ],
    }  # fmt: skip


def test_all_edits_at_once(midi: Midi, tmp_path: Path) -> None:
    original = band(tmp_path / "song.mid").read_bytes()
    done = midi("--tempo", 96, "--key", "Bb", "--program", "trumpet", "-o", "out/new.mid", "--json")
    assert done.code == 0, done.err
    assert "From C major, by its key signature, to Bb major." in done.err
    assert "Transposed by -2 semitones." in done.err
    found = json.loads(done.out)
    assert (found["file"], found["key"], found["tempo"][0]) == ("out/new.mid", "Bb major", [0.0, 96.0])
    after = pretty_midi.PrettyMIDI(str(tmp_path / "out/new.mid"))
    assert [track.program for track in after.instruments] == [56, 0]
    assert after.instruments[0].notes[0].pitch == 58
    assert (tmp_path / "song.mid").read_bytes() == original


def test_nothing_is_overwritten_unless_forced_and_the_source_never(midi: Midi, tmp_path: Path) -> None:
    original = band(tmp_path / "song.mid").read_bytes()
    assert midi("--transpose", "+3").out == "song edited.mid\n"
    refused = midi("--transpose", "-3")
    assert (refused.code, refused.out) == (4, "")
    assert "exists already" in refused.err
    assert midi("--transpose", "-3", "--force").code == 0
    assert pretty_midi.PrettyMIDI(str(tmp_path / "song edited.mid")).instruments[0].notes[0].pitch == 57
    onto_itself = midi("--transpose", "-3", "--force", "-o", "song.mid")
    assert onto_itself.code == 4
    assert "the file itself" in onto_itself.err
    assert (tmp_path / "song.mid").read_bytes() == original


def test_a_signature_that_the_notes_contradict_is_said(midi: Midi, tmp_path: Path) -> None:
    band(tmp_path / "song.mid", key="E")
    assert "Its notes rather speak for C major" in midi("--key", "F").err


REFUSED = {
    "two ways": (("--transpose", "1", "--key", "D"), 2, "Choose one of"),
    "other mode": (("--key", "Dmin"), 2, "no transposition makes it minor"),
    "no key": (("--key", "X"), 2, "is no key"),
    "too high": (("--transpose", "99"), 2, "leave MIDI's range"),
    "no tempo": (("--tempo", "0"), 2, "above 0"),
    "no program": (("--program", "kazoo"), 2, "no program named"),
    "no folder": (("--tempo", "96", "-o", "song.mid/x.mid"), 4, "cannot be written"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_done(midi: Midi, tmp_path: Path, kind: str) -> None:
    arguments, code, sentence = REFUSED[kind]
    band(tmp_path / "song.mid")
    done = midi(*arguments)
    assert (done.code, done.out) == (code, "")
    assert sentence in done.err.splitlines()[-1]
    assert files_below(tmp_path) == {"song.mid"}


def test_a_damaged_file(midi: Midi, tmp_path: Path) -> None:
    path = band(tmp_path / "song.mid")
    path.write_bytes(path.read_bytes()[:-20])
    done = midi("--tempo", 96)
    assert (done.code, done.out) == (3, "")
    assert "cut short" in done.err
    assert files_below(tmp_path) == {"song.mid"}
