"""Generation over the wire, with the fake generator: what is asked comes back, and bad requests are named."""

import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import grpc
import mido
import pytest
from auxsend.v1 import common_pb2, generation_pb2, job_pb2

from engine.backends.base import Report
from engine.backends.fake_generator import FakeGenerator
from engine.generation import Candidate, Wish
from tests.conftest import RunEngine
from tests.engine.services.client import Client, reason

PITCHES = (67, 69, 71, 74, 71, 69, 67, 64)


@pytest.fixture
async def client(run_engine: RunEngine) -> AsyncIterator[Client]:
    async with run_engine() as engine, grpc.aio.insecure_channel(engine.address) as channel:
        yield Client(channel)


def prompt(is_drum: bool = False, pitches: tuple[int, ...] = PITCHES, **fields: Any) -> generation_pb2.Prompt:
    """Returns quarter notes at 120 in 4/4."""
    track = common_pb2.NoteTrack(name="melody", program=73, is_drum=is_drum)
    for number, pitch in enumerate(pitches):
        track.notes.add(pitch=pitch, velocity=90, onset_sec=number / 2, duration_sec=0.5)
    return generation_pb2.Prompt(tracks=[track], **fields)


def wish(given: generation_pb2.Prompt | None = None, **fields: Any) -> generation_pb2.GenerationRequest:
    sampling = generation_pb2.Sampling(**fields.pop("sampling", {}))
    names = {"model": "fake-melody"} | fields
    return generation_pb2.GenerationRequest(prompt=given or prompt(), sampling=sampling, **names)


async def continued(client: Client, given: generation_pb2.Prompt | None = None, bars: int = 0, **fields: Any) -> Any:
    request = generation_pb2.ContinueMelodyRequest(generation=wish(given, **fields), bar_count=bars)
    return (await client.generation.ContinueMelody(request)).job


async def result_of(client: Client, job: job_pb2.Job) -> job_pb2.GenerationResult:
    job = await client.ended(job)
    assert job.state == job_pb2.JOB_STATE_SUCCEEDED, job.error.message
    assert not job.HasField("partial_result")
    return job.result.generation


async def test_a_continuation_comes_back_best_first_with_its_files(client: Client, tmp_path: Path) -> None:
    found = await result_of(client, await continued(client, prompt(key=common_pb2.Key(tonic=7, mode="major"))))
    scores = [candidate.score for candidate in found.candidates]
    assert len(scores) == 4
    assert scores == sorted(scores, reverse=True)
    assert (found.key.tonic, found.key.mode, found.bar_count) == (7, "major", 4)
    assert (found.time_signature.numerator, found.quarter_bpm, found.begin_sec) == (4, 120.0, 4.0)
    (track,) = found.candidates[0].tracks
    assert (track.notes[0].onset_sec, track.program) == (0.0, 73)
    assert max(note.onset_sec + note.duration_sec for note in track.notes) == pytest.approx(8.0)
    (tmp_path / "all.mid").write_bytes(await client.download(found.midi.sha256))
    names = [track.name for track in mido.MidiFile(tmp_path / "all.mid").tracks[1:]]
    assert names == [f"candidate {number}" for number in range(1, 5)]
    (tmp_path / "best.mid").write_bytes(await client.download(found.candidates[0].midi.sha256))
    played = [message.note for message in mido.MidiFile(tmp_path / "best.mid") if message.type == "note_on"]
    assert played == [note.pitch for note in track.notes]


async def test_each_task_writes_its_own_bars_and_parts(client: Client) -> None:
    rpc = client.generation
    varied = await rpc.VaryMelody(
        generation_pb2.VaryMelodyRequest(generation=wish(), kind=generation_pb2.VARIATION_KIND_CONTOUR)
    )
    filled = await rpc.FillMelody(generation_pb2.FillMelodyRequest(generation=wish(), first_bar=2, last_bar=2))
    led = await rpc.AccompanyMelody(generation_pb2.AccompanyMelodyRequest(generation=wish()))
    both = await rpc.ContinueMelody(generation_pb2.ContinueMelodyRequest(generation=wish(), is_accompanied=True))
    found = [await result_of(client, answer.job) for answer in (varied, filled, led, both)]
    assert [(one.begin_sec, one.bar_count) for one in found] == [(0.0, 2), (2.0, 1), (0.0, 2), (4.0, 4)]
    parts = [[track.name for track in one.candidates[0].tracks] for one in found]
    assert parts == [["melody"], ["melody"], ["chords", "bass"], ["melody", "chords", "bass"]]


async def test_candidates_are_told_while_the_others_are_written(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, whole = threading.Event(), FakeGenerator.generate

    def slow(self: FakeGenerator, wish: Wish, report: Report) -> Iterator[Candidate]:
        for candidate in whole(self, wish, report):
            yield candidate
            go_on.wait(20)

    monkeypatch.setattr(FakeGenerator, "generate", slow)
    job = await continued(client)
    first = None
    async for answer in client.jobs.WatchJob(job_pb2.WatchJobRequest(job_id=job.id)):
        told = answer.event.job.partial_result.generation
        if told.candidates and first is None:
            first = answer.event.job
            go_on.set()
        last = answer.event.job
    assert first is not None
    assert (first.state, first.progress_message) == (
        job_pb2.JOB_STATE_RUNNING, "writing notes, 1 of 4 candidates finished",
    )  # fmt: skip
    (told_first,) = first.partial_result.generation.candidates
    assert told_first in last.result.generation.candidates
    assert first.partial_result.generation.begin_sec == 4.0


async def test_the_same_again_comes_from_the_cache_and_another_seed_does_not(client: Client) -> None:
    first = await result_of(client, await continued(client))
    again = await continued(client, sampling={"candidate_count": 4, "temperature": 1.0, "top_p": 0.95})
    assert again.is_cached
    assert again.result.generation == first
    assert not (await continued(client, sampling={"seed": 5})).is_cached


async def test_constraints_are_kept(client: Client) -> None:
    rules = {
        "is_key_strict": True,
        "lowest_pitch": 60,
        "highest_pitch": 72,
        "notes_per_bar": 8,
        "pitch_classes": [0, 7],
    }
    found = await result_of(client, await continued(client, sampling=rules))
    for candidate in found.candidates:
        assert {note.pitch for note in candidate.tracks[0].notes} <= {60, 67, 72}
        assert 4 * 6 <= len(candidate.tracks[0].notes) <= 4 * 10


@pytest.mark.parametrize(
    ("given", "fields", "sentence"),
    [
        (generation_pb2.Prompt(), {}, "holds no notes"),
        (prompt(is_drum=True), {}, "drums alone"),
        (prompt(pitches=(128,)), {}, "pitch 128"),
        (prompt(tempo_map=common_pb2.TempoMap()), {}, "first of each at 0 s"),
        (prompt(), {"bars": 65}, "65 bars"),
        (prompt(), {"sampling": {"candidate_count": 17}}, "17 candidates"),
        (prompt(), {"sampling": {"temperature": 3.0}}, "temperature of 3"),
        (prompt(), {"sampling": {"top_p": -1.0}}, "top-p of -1"),
        (prompt(), {"sampling": {"seed": -1}}, "seed of -1"),
        (prompt(), {"sampling": {"notes_per_bar": float("nan")}}, "Notes per bar"),
        (prompt(), {"sampling": {"lowest_pitch": 80, "highest_pitch": 70}}, "range from 80 to 70"),
        (prompt(), {"sampling": {"pitch_classes": [12]}}, "pitch class"),
        (prompt(), {"sampling": {"is_key_strict": True, "is_key_free": True}}, "not both"),
    ],
)
async def test_what_cannot_be_meant_is_refused_at_once(
    client: Client, given: generation_pb2.Prompt, fields: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError, match=sentence) as caught:
        await continued(client, given, **fields)
    assert reason(caught.value) == "INVALID_ARGUMENT"


async def test_what_only_the_generator_can_refuse_fails_the_job_with_its_sentence(client: Client) -> None:
    rules = {"is_key_strict": True, "lowest_pitch": 61, "highest_pitch": 61}
    job = await client.ended(await continued(client, sampling=rules))
    assert (job.state, job.error.reason) == (job_pb2.JOB_STATE_FAILED, "INVALID_ARGUMENT")
    assert "between the pitches 61 and 61" in job.error.message
