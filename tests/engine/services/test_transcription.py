"""Transcription over the wire, with the fake model: what is asked comes back, and bad requests are named."""

from collections.abc import AsyncIterator
from typing import Any

import grpc
import mido
import numpy as np
import pytest
from auxsend.v1 import job_pb2, transcription_pb2

from tests.conftest import RunEngine, WriteWav, tones
from tests.engine.services.client import Client, reason


@pytest.fixture
async def client(run_engine: RunEngine) -> AsyncIterator[Client]:
    async with run_engine(max_audio_sec=30.0) as engine, grpc.aio.insecure_channel(engine.address) as channel:
        yield Client(channel)


async def transcribe(client: Client, sha256: str, **fields: Any) -> job_pb2.Job:
    request = transcription_pb2.TranscribeAudioRequest(asset_sha256=sha256, **({"model": "fake-notes"} | fields))
    job: job_pb2.Job = (await client.transcription.TranscribeAudio(request)).job
    return job


async def test_audio_becomes_notes_and_a_midi_file(client: Client, write_wav: WriteWav, tmp_path: Any) -> None:
    sha256 = await client.upload_file(write_wav(samples=tones(2.5)))
    job = await client.ended(await transcribe(client, sha256, quarter_bpm=80.0))
    assert job.state == job_pb2.JOB_STATE_SUCCEEDED, job.error.message
    result = job.result.transcription
    assert [(note.pitch, note.onset_sec) for note in result.tracks[0].notes] == [(60, 0.0), (60, 1.0), (60, 2.0)]
    assert result.duration_sec == pytest.approx(2.5)
    assert [tempo.quarter_bpm for tempo in result.tempo_map.tempos] == [80.0]
    (tmp_path / "notes.mid").write_bytes(await client.download(result.midi.sha256))
    assert result.midi.media_type == "audio/midi"
    assert sum(message.type == "note_on" for message in mido.MidiFile(tmp_path / "notes.mid")) == 3


async def test_progress_never_falls(client: Client, write_wav: WriteWav) -> None:
    sha256 = await client.upload_file(write_wav(samples=tones(20.0)))
    job = await transcribe(client, sha256)
    watching = client.jobs.WatchJob(job_pb2.WatchJobRequest(job_id=job.id))
    fractions = [event.event.job.progress_fraction async for event in watching]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0


async def test_the_same_again_comes_from_the_cache(client: Client, write_wav: WriteWav) -> None:
    sha256 = await client.upload_file(write_wav())
    first = await client.ended(await transcribe(client, sha256))
    again = await transcribe(client, sha256)
    unmoved = await transcribe(client, sha256, quantise_division=16, quantise_strength=0.0)
    without_grid = await transcribe(client, sha256, quantise_strength=1.0)
    other = await transcribe(client, sha256, quantise_division=16, quantise_strength=1.0)
    for same in (again, unmoved, without_grid):
        assert same.is_cached
        assert same.result == first.result
    assert not other.is_cached


async def test_silence_gives_an_empty_file_and_says_so(client: Client, write_wav: WriteWav) -> None:
    sha256 = await client.upload_file(write_wav(samples=np.zeros((2, 44_100), dtype=np.float32)))
    for model in ("", "full", "fake-notes"):
        job = await client.ended(await transcribe(client, sha256, model=model))
        assert job.state == job_pb2.JOB_STATE_SUCCEEDED, job.error.message
        assert len(job.result.transcription.tracks) == 0
        (warning,) = job.result.transcription.warning_messages
        assert "silent" in warning
        assert job.result.transcription.midi.size_bytes > 0


@pytest.mark.parametrize(
    ("fields", "code", "why"),
    [
        ({"model": "zither"}, grpc.StatusCode.NOT_FOUND, "MODEL_NOT_FOUND"),
        ({"model": "htdemucs"}, grpc.StatusCode.NOT_FOUND, "MODEL_NOT_FOUND"),
        ({"quantise_division": 7}, grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT"),
        ({"quantise_division": -4}, grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT"),
        ({"quantise_strength": 1.5}, grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT"),
        ({"quantise_strength": float("nan")}, grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT"),
        ({"quarter_bpm": 3.0}, grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT"),
        ({"quarter_bpm": float("inf")}, grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT"),
    ],
)
async def test_what_cannot_be_meant_is_refused_before_any_audio_is_sent(
    client: Client, fields: dict[str, Any], code: grpc.StatusCode, why: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await transcribe(client, "0" * 64, **fields)
    assert (caught.value.code(), reason(caught.value)) == (code, why)


async def test_audio_that_is_not_there_is_asked_for(client: Client) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await transcribe(client, "0" * 64)
    assert reason(caught.value) == "ASSET_NOT_FOUND"
