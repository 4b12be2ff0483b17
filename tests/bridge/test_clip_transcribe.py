"""Notes of an item on the timeline: whatever its offset, play rate, direction and loop, they sound where it does.

The engine is a real one with the fake transcriber, which hears middle C in every second that is not silent, as loud as
its loudest sample: a source whose seconds have known levels shows what was sent, and in which order.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import mido
import numpy as np
import pytest

from bridge.channels import ChannelMode
from bridge.client import EngineClient
from bridge.clip import Clip, Section
from bridge.clip_transcribe import transcribe_clip
from bridge.errors import OutputUnwritable, RequestRefused
from bridge.verbs import Transcribe
from tests.bridge.fake_engine import FakeEngine, serve
from tests.bridge.midi.files import band
from tests.conftest import RunEngine, WriteWav

RATE_HZ = 48_000
LEVELS = (0.2, 0.4, 0.0, 0.8)  # of the source's seconds, left; the right channel is silent


@pytest.fixture
def source(write_wav: WriteWav) -> Path:
    left = np.repeat(LEVELS, RATE_HZ) * np.sin(2 * np.pi * 480 * np.arange(RATE_HZ * len(LEVELS)) / RATE_HZ)
    return write_wav("João é.wav", np.stack([left, 0 * left]).astype(np.float32), RATE_HZ, "PCM_24")


@pytest.fixture
async def result(run_engine: RunEngine, source: Path, tmp_path: Path) -> AsyncIterator[Any]:
    """Transcribes a clip of the source and returns the result."""
    async with run_engine() as engine:

        @asynccontextmanager
        async def connect() -> AsyncIterator[EngineClient]:
            async with EngineClient(engine.address) as client:
                yield client

        async def transcribe(keeps_pitch: bool = True, folder: Path = tmp_path, **clip: Any) -> dict[str, Any]:
            order = Transcribe(
                clip=Clip(source, **({"length_sec": 4.0} | clip)),
                name="take: 1", folder=folder, model="fake-notes", keeps_pitch=keeps_pitch,
            )  # fmt: skip
            return await transcribe_clip(order, "request-1", connect, lambda event: None)

        yield transcribe


def notes(document: dict[str, Any]) -> list[tuple[float, float]]:
    """Returns onset and level of all notes, the level to one digit: conversion of the rate rounds edges a little."""
    return [
        (onset, round(velocity / 127, 1)) for track in document["tracks"] for _, velocity, onset, _ in track["notes"]
    ]


async def test_a_plain_item_has_the_notes_of_its_source(result: Any, tmp_path: Path) -> None:
    document = await result()
    assert notes(document) == [(0.0, 0.2), (1.0, 0.4), (3.0, 0.8)]
    assert document["length_sec"] == 4.0
    assert document["model"] == "fake-notes"
    assert document["tracks"][0]["color"]
    midi = Path(document["midi_file"])
    assert midi.parent == tmp_path / "AuxSend"
    assert midi.name.startswith("take_ 1 ")
    assert sum(message.type == "note_on" for message in mido.MidiFile(midi)) == 3


async def test_the_same_request_ends_in_the_same_file(result: Any, tmp_path: Path) -> None:
    first, second = await result(), await result()
    assert first["midi_file"] == second["midi_file"]
    assert [path.name for path in (tmp_path / "AuxSend").iterdir()] == [Path(first["midi_file"]).name]


async def test_a_trimmed_item_begins_where_it_begins(result: Any) -> None:
    assert notes(await result(start_offset_sec=1.0, length_sec=2.5)) == [(0.0, 0.4), (2.0, 0.8)]


async def test_a_reversed_item_is_heard_backwards(result: Any) -> None:
    assert notes(await result(is_reversed=True)) == [(0.0, 0.8), (2.0, 0.4), (3.0, 0.2)]


async def test_a_loop_is_heard_as_often_as_it_sounds(result: Any) -> None:
    loop = Section(offset_sec=0.0, length_sec=2.0)
    assert [onset for onset, _ in notes(await result(section=loop, is_looped=True, length_sec=6.0))] == [
        0,
        1,
        2,
        3,
        4,
        5,
    ]


async def test_only_the_heard_channel_counts(result: Any) -> None:
    document = await result(channel_mode=ChannelMode.RIGHT)
    assert document["tracks"] == []


async def test_a_play_rate_moves_notes_on_the_timeline(result: Any) -> None:
    plain, fast = await result(), await result(playrate=2.0, length_sec=2.0)
    assert notes(fast) == [(onset / 2, level) for onset, level in notes(plain)]
    assert [note[3] for note in fast["tracks"][0]["notes"]] == [0.25, 0.25, 0.25]
    assert (plain["tempo"], plain["time_signatures"]) == ([], [])  # this engine cannot hear a tempo
    onsets = [event.time for event in mido.MidiFile(fast["midi_file"])]
    assert sum(onsets) == pytest.approx(1.75, abs=0.002)


async def test_a_play_rate_that_bends_the_pitch_does_so_to_the_notes(result: Any) -> None:
    octave_up = await result(keeps_pitch=False, playrate=2.0, length_sec=2.0)
    assert {note[0] for note in octave_up["tracks"][0]["notes"]} == {72}
    assert {m.note for m in mido.MidiFile(octave_up["midi_file"]) if m.type == "note_on"} == {72}


async def test_what_else_was_heard_is_bent_with_the_notes(write_wav: WriteWav, tmp_path: Path) -> None:
    engine = FakeEngine(midi=band(tmp_path / "heard.mid", key="C").read_bytes())

    @asynccontextmanager
    async def connect() -> AsyncIterator[EngineClient]:
        async with serve(engine) as address, EngineClient(address) as client:
            yield client

    clip = Clip(write_wav(), length_sec=1.0, playrate=1.5)
    order = Transcribe(clip, "take", tmp_path, has_bends=True, keeps_pitch=False)  # a fifth up
    document = await transcribe_clip(order, "request-1", connect, lambda event: None)
    assert document["key"] == "E minor"
    assert document["chords"] == [[pytest.approx(1 / 3), pytest.approx(2 / 3), "E:min/b3", "Em/G"]]
    assert document["tempo"] == [[0.0, pytest.approx(144)]]
    assert document["time_signatures"] == [[0.0, 3, 4]]
    assert document["beats"][1] == [pytest.approx(0.75), 2]
    assert document["tracks"][0]["notes"][0][0] == 67
    assert document["tracks"][0]["bends"] == [[pytest.approx(0.4), -3.5], [pytest.approx(0.5), 0.0]]
    assert document["bend_range_semitones"] == 4  # the usual 2 would cut the bend off
    conductor, melody, drums = mido.MidiFile(document["midi_file"]).tracks
    assert [m.tempo for m in conductor if m.type == "set_tempo"] == [333_333, 666_667]
    assert [m.key for m in conductor if m.type == "key_signature"] == ["G"]
    assert [m.note for m in melody if m.type == "note_on"][:3] == [67, 71, 74]
    assert [m.note for m in drums if m.type == "note_on"] == [36]


async def test_a_note_that_is_bent_out_of_midis_range_is_left_out(result: Any) -> None:
    too_high = await result(keeps_pitch=False, playrate=64.0, length_sec=4 / 64)  # six octaves up from middle C
    assert too_high["tracks"][0]["notes"] == []
    assert not [m for m in mido.MidiFile(too_high["midi_file"]) if m.type == "note_on"]


async def test_a_play_rate_that_no_midi_file_can_state_is_refused(result: Any, tmp_path: Path) -> None:
    with pytest.raises(RequestRefused, match="leads to a tempo of"):
        await result(playrate=0.01, length_sec=400.0)
    assert not (tmp_path / "AuxSend").exists()


async def test_a_note_ends_with_its_item(result: Any) -> None:
    document = await result(length_sec=1.25)
    assert [note[2] + note[3] for note in document["tracks"][0]["notes"]] == [0.5, 1.25]


async def test_a_project_without_a_folder_is_told_to_be_saved(result: Any, tmp_path: Path) -> None:
    with pytest.raises(OutputUnwritable, match="save the project"):
        await result(folder=tmp_path / "nowhere")
