"""`auxsend transcribe` from end to end: the real command line, a real engine process, the fake transcriber."""

import json
from pathlib import Path

import mido
import numpy as np
import pytest

from tests.bridge.conftest import Auxsend, files_below
from tests.conftest import WriteWav, tones


def test_json_has_the_promised_shape_and_the_midi_file_is_there(
    auxsend: Auxsend, write_wav: WriteWav, tmp_path: Path
) -> None:
    done = auxsend("transcribe", write_wav(), "-o", tmp_path / "out/notes.mid", "--model", "fake-notes", "--json")
    assert done.code == 0, done.err
    result = json.loads(done.out)
    assert {"model", "tempo", "key", "tracks"} <= set(result)
    assert result["model"] == "fake-notes"
    (track,) = result["tracks"]
    assert {"name", "program", "is_drum", "notes"} <= set(track)
    assert [(note["pitch"], note["onset_sec"]) for note in track["notes"]] == [(60, 0.0), (60, 1.0)]
    assert result["midi"] == str(tmp_path / "out/notes.mid")
    assert [m.note for m in mido.MidiFile(result["midi"]) if m.type == "note_on"] == [60, 60]
    assert files_below(tmp_path / "out") == {"notes.mid"}


def test_a_midi_file_beside_where_one_stands_and_what_could_not_be_found(
    auxsend: Auxsend, write_wav: WriteWav, tmp_path: Path
) -> None:
    done = auxsend("transcribe", write_wav("my take.wav"), "--model", "fake-notes")
    assert done.code == 0, done.err
    assert done.out.strip() == str(tmp_path / "my take.mid")
    assert "2 notes" in done.err
    assert "not looked for" in done.err  # this engine may fetch no weights


def test_a_stated_tempo_is_the_files(auxsend: Auxsend, write_wav: WriteWav, tmp_path: Path) -> None:
    done = auxsend("transcribe", write_wav(), "--model", "fake-notes", "--tempo", "93", "--json")
    assert done.result["tempo"] == [[0.0, 93.0]]
    tempos = [message.tempo for message in mido.MidiFile(tmp_path / "song.mid") if message.type == "set_tempo"]
    assert [mido.tempo2bpm(tempo) for tempo in tempos] == pytest.approx([93.0], abs=0.001)


def test_notes_are_moved_to_the_grid_that_is_asked_for(auxsend: Auxsend, write_wav: WriteWav) -> None:
    options = ("--model", "fake-notes", "--tempo", "100", "--quantise", "1/4", "--json")
    done = auxsend("transcribe", write_wav(), *options)
    assert done.code == 0, done.err
    (track,) = json.loads(done.out)["tracks"]
    assert [note["onset_sec"] for note in track["notes"]] == pytest.approx([0.0, 1.2])


def test_silence_is_an_empty_file_and_is_said(auxsend: Auxsend, write_wav: WriteWav, tmp_path: Path) -> None:
    song = write_wav(samples=np.zeros((1, 44_100), dtype=np.float32))
    done = auxsend("transcribe", song, "--json")
    assert done.code == 0, done.err
    assert done.result["tracks"] == []
    assert "silent" in done.err
    assert "into no notes; " in done.err
    assert "bpm" not in done.err  # nobody has heard a tempo
    assert not any(message.type == "note_on" for message in mido.MidiFile(tmp_path / "song.mid"))


def test_a_range_is_counted_from_its_beginning(auxsend: Auxsend, write_wav: WriteWav) -> None:
    samples = np.concatenate([np.zeros((1, 88_200), dtype=np.float32), tones(2.0, channel_count=1)], axis=1)
    done = auxsend("transcribe", write_wav(samples=samples), "--model", "fake-notes", "--range", "1-4", "--json")
    (track,) = json.loads(done.out)["tracks"]
    assert [note["onset_sec"] for note in track["notes"]] == [1.0, 2.0]


def test_a_picture_of_a_range_is_drawn_beside_the_file(auxsend: Auxsend, write_wav: WriteWav, tmp_path: Path) -> None:
    options = ("--model", "fake-notes", "--plot", "--range", "0.5-2")
    done = auxsend("transcribe", write_wav(), "-o", tmp_path / "out/take.mid", *options)
    assert done.code == 0, done.err
    assert done.out.split() == [str(tmp_path / "out/take.mid"), str(tmp_path / "out/take.png")]
    assert (tmp_path / "out/take.png").read_bytes().startswith(b"\x89PNG")
    assert files_below(tmp_path / "out") == {"take.mid", "take.png"}


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        (("--model", "zither"), 2, "no transcription model named"),
        (("--quantise", "16"), 2, "is no grid"),
        (("--quantise", "1/7"), 2, "cannot be quantised"),
        (("--tempo", "2"), 2, "tempo must be"),
        (("--strength", "2"), 2, "strength"),
        (("--range", "5-9"), 2, "beyond the song"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_written(
    auxsend: Auxsend, write_wav: WriteWav, tmp_path: Path, options: tuple[str, ...], code: int, sentence: str
) -> None:
    before = files_below(tmp_path) | {"song.wav"}
    done = auxsend("transcribe", write_wav(), *(() if "--model" in options else ("--model", "fake-notes")), *options)
    assert done.code == code, done.err
    assert sentence in done.err
    assert "Traceback" not in done.err
    assert {name for name in files_below(tmp_path) - before if not name.startswith("auxsend-home")} == set()


def test_an_existing_file_stays(auxsend: Auxsend, write_wav: WriteWav, tmp_path: Path) -> None:
    (tmp_path / "song.mid").write_text("mine")
    done = auxsend("transcribe", write_wav(), "--model", "fake-notes")
    assert done.code == 4
    assert "exists already" in done.err
    assert (tmp_path / "song.mid").read_text() == "mine"
