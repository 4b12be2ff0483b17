"""The whole way in one piece: Ardour, the scripts as they are installed, the bridge that they start, and its engine."""

import json
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.weights.store import WeightStore
from tests.bridge.conftest import auxsend_command, auxsend_environment
from tests.bridge.running_bridge import home_with_weights
from tests.daw_scripts.ardour.conftest import StartArdour, WriteExcerpt, wait_for
from tests.daw_scripts.ardour.host import Ardour
from tests.daw_scripts.ardour.steps import POSITION, TRIM_END, TRIM_START, saved, shown, trimmed_region, undo
from tests.daw_scripts.ardour.studio import SLOTS, SavedNote, choose_in_dialog, configure, said

HTDEMUCS = "955717e8"
BASIC_PITCH = "basic-pitch"
ONSET_TOLERANCE_SEC = 0.05
STEMS = ["drums", "bass", "other", "vocals"]
SPLIT_SEC = 150.0


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A user's AuxSend with nothing but the weights that were fetched before; its bridge is stopped in the end."""
    home = home_with_weights(tmp_path_factory.mktemp("auxsend-home"))
    yield home
    subprocess.run(auxsend_command("bridge", "--stop"), env=auxsend_environment(home), check=True, timeout=60)


@pytest.fixture(scope="module")
def ardour(start_ardour: StartArdour, home: Path) -> Ardour:
    return start_ardour(home=home)


def rows(ardour: Ardour) -> list[dict[str, object]]:
    try:
        found: list[dict[str, object]] = json.loads((ardour.session_folder / "auxsend-rows.json").read_text())
    except FileNotFoundError:
        return []
    return found


def wait_until_running(ardour: Ardour) -> None:
    wait_for(lambda: any(row["phase"] == "running" for row in rows(ardour)), "a running job", SPLIT_SEC)


def check_split(ardour: Ardour, song: Path, name: str) -> None:
    """Splits a region and checks what Ardour has saved of it, and that one undo takes it back."""
    trimmed_region(ardour, song, name)
    before = shown(ardour)
    ardour.choose(SLOTS["split"])
    wait_for(lambda: rows(ardour), "the job")
    wait_for(lambda: not rows(ardour), f"the end of the job; said was: {said(ardour)}", SPLIT_SEC)
    tracks = saved(ardour)
    assert {f"{name} {stem}" for stem in STEMS} <= set(tracks), said(ardour)
    regions = [tracks[f"{name} {stem}"].regions for stem in STEMS]
    assert [len(of_track) for of_track in regions] == [1, 1, 1, 1]
    total = np.zeros((TRIM_END - TRIM_START, 2))
    for stem, (region,) in zip(STEMS, regions, strict=True):
        assert region.name == f"{name} {stem}"
        assert (region.position, region.start, region.length) == (POSITION + TRIM_START, 0, TRIM_END - TRIM_START)
        total += soundfile.read(region.files[0])[0]
    mix, _ = soundfile.read(song, start=TRIM_START, stop=TRIM_END)
    assert np.max(np.abs(total - mix)) <= 10 ** (-90 / 20)
    assert tracks[name].regions[0].is_muted
    undo(ardour)
    assert shown(ardour) == before


def test_the_scripts_start_the_bridge_and_put_stems_in(ardour: Ardour, write_excerpt: WriteExcerpt) -> None:
    configure(ardour, model="fake")
    song = write_excerpt()
    check_split(ardour, song, "First")


def check_transcription(ardour: Ardour, song: Path, name: str, track: str) -> list[SavedNote]:
    """Transcribes a region; returns the notes that Ardour has saved, once one undo has taken them back."""
    trimmed_region(ardour, song, name)
    before = shown(ardour)
    ardour.choose(SLOTS["transcribe"])
    wait_for(lambda: rows(ardour), "the job")
    wait_for(lambda: not rows(ardour), f"the end of the job; said was: {said(ardour)}", SPLIT_SEC)
    tracks = saved(ardour)
    assert f"{name} {track}" in tracks, said(ardour)
    (midi,) = tracks[f"{name} {track}"].midi
    assert (midi.position, midi.length) == (POSITION + TRIM_START, TRIM_END - TRIM_START)
    assert not tracks[name].regions[0].is_muted
    undo(ardour)
    assert shown(ardour) == before
    return midi.notes


def test_the_scripts_put_notes_in(ardour: Ardour, write_excerpt: WriteExcerpt) -> None:
    configure(ardour, transcription_model="fake-notes")
    notes = check_transcription(ardour, write_excerpt(), "Heard", "Fake")
    assert [note.pitch for note in notes] == [60, 60, 60, 60], "the fake hears middle C in every second"
    onsets = [POSITION + TRIM_START + second * 44_100 for second in range(4)]
    assert [note.onset for note in notes] == pytest.approx(onsets, abs=44.1)


def write_melody(path: Path, melody: Sequence[tuple[int, float]]) -> Path:
    """Writes plucked notes, each given by its pitch and its onset in seconds; returns the path."""
    samples = np.zeros(6 * 44_100)
    time_sec = np.arange(20_000) / 44_100
    for pitch, onset_sec in melody:
        frequency_hz = 440 * 2 ** ((pitch - 69) / 12)
        tone = sum(np.sin(2 * np.pi * k * frequency_hz * time_sec) / k**1.5 for k in range(1, 7))
        first = round(onset_sec * 44_100)
        samples[first : first + len(time_sec)] += 0.2 * tone * np.exp(-3 * time_sec)
    soundfile.write(path, samples, 44_100, subtype="PCM_16")
    return path


@pytest.mark.weights
def test_a_melody_through_basic_pitch(ardour: Ardour, weight_store: WeightStore, tmp_path: Path) -> None:
    weight_store.fetch(BASIC_PITCH, lambda fraction, message: None)
    configure(ardour, transcription_model="basic-pitch")
    melody = [(pitch, 0.5 + 0.5 * place) for place, pitch in enumerate((60, 64, 67, 72, 69, 65))]
    notes = check_transcription(ardour, write_melody(tmp_path / "melody é.wav", melody), "Melody", "notes")
    found = [((note.onset - POSITION) / 44_100, note.pitch) for note in notes]
    matched = [
        any(note == pitch and abs(found_sec - onset_sec) < ONSET_TOLERANCE_SEC for found_sec, note in found)
        for pitch, onset_sec in melody
    ]
    assert all(matched), found
    assert len(found) <= len(melody) + 1, found


@pytest.mark.weights
def test_a_real_song_through_htdemucs(ardour: Ardour, weight_store: WeightStore, write_excerpt: WriteExcerpt) -> None:
    weight_store.fetch(HTDEMUCS, lambda fraction, message: None)
    configure(ardour)
    song = write_excerpt()
    check_split(ardour, song, "Real")


@pytest.mark.weights
def test_a_job_cancelled_while_htdemucs_works_adds_no_track(
    ardour: Ardour, weight_store: WeightStore, write_excerpt: WriteExcerpt
) -> None:
    weight_store.fetch(HTDEMUCS, lambda fraction, message: None)
    configure(ardour)
    trimmed_region(ardour, write_excerpt(start_sec=70.0), "Cancelled")
    before = saved(ardour)
    ardour.choose(SLOTS["split"])
    wait_until_running(ardour)
    choose_in_dialog(ardour, "Cancel “Cancelled”")
    wait_for(lambda: not rows(ardour), "the end of the job", SPLIT_SEC)
    time.sleep(0.5)
    assert saved(ardour) == before
