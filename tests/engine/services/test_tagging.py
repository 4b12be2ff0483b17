"""Tagging over the wire, with the fake model: what is asked comes back, and bad requests are named."""

import math
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
from auxsend.v1 import job_pb2, separation_pb2, tagging_pb2

from engine.settings import default_folders
from tests.conftest import RunEngine, WriteWav, tones
from tests.engine.measurements.signals import clicks, kick
from tests.engine.services.client import Client, metadata, reason
from tests.golden.piano import piano_phrase


@pytest.fixture
async def client(run_engine: RunEngine) -> AsyncIterator[Client]:
    async with run_engine(max_audio_sec=60.0) as engine, grpc.aio.insecure_channel(engine.address) as channel:
        yield Client(channel)


async def tag(client: Client, digests: Sequence[str], **fields: Any) -> job_pb2.Job:
    request = tagging_pb2.TagAudioRequest(asset_sha256s=digests, **({"models": ["fake-tags"]} | fields))
    job: job_pb2.Job = (await client.tagging.TagAudio(request)).job
    return job


async def test_several_assets_are_described_in_their_order(client: Client, write_wav: WriteWav) -> None:
    sounds = {"kick": kick(), "loop": clicks(125, 16), "silence": np.zeros((2, 44_100), np.float32)}
    digests = [await client.upload_file(write_wav(f"{name}.wav", sound)) for name, sound in sounds.items()]
    order = [digests[1], digests[0], digests[2], digests[1]]
    job = await client.ended(await tag(client, order))
    assert job.state == job_pb2.JOB_STATE_SUCCEEDED, job.error.message
    found = job.result.tagging.audio_tags
    assert [tags.asset_sha256 for tags in found] == order
    assert [tags.kind for tags in found] == ["loop", "one-shot/kick", found[2].kind, "loop"]
    assert found[0].quarter_bpm == pytest.approx(125, rel=1e-4)
    assert found[2].loudness_lufs == -math.inf
    assert not found[1].HasField("key")
    (tag_set,), (embedding,) = found[0].tag_sets, found[0].embeddings
    assert [(tag_set.model, *(score.tag for score in tag_set.scores))] == [("fake-tags", "loud", "quiet")]
    assert sum(score.score for score in tag_set.scores) == pytest.approx(1)
    assert np.linalg.norm(embedding.values) == pytest.approx(1)
    assert len(tag_set.taggram) == 0


async def test_scores_over_time_come_when_asked_for(client: Client, write_wav: WriteWav) -> None:
    sha256 = await client.upload_file(write_wav(samples=tones(3.0)))
    without = await client.ended(await tag(client, [sha256]))
    job = await client.ended(await tag(client, [sha256], has_taggram=True))
    assert not job.is_cached
    (tag_set,) = job.result.tagging.audio_tags[0].tag_sets
    taggram = np.reshape(tag_set.taggram, (-1, 2))
    assert (len(taggram), tag_set.window_sec) == (3, 1.0)
    assert taggram.mean(axis=0) == pytest.approx([score.score for score in tag_set.scores])
    again = await tag(client, [sha256])
    assert again.is_cached
    assert again.result == without.result


async def test_a_sound_shorter_than_a_separation_may_be_is_tagged(client: Client, write_wav: WriteWav) -> None:
    sha256 = await client.upload_file(write_wav(samples=kick()[:, :1000]))
    job = await client.ended(await tag(client, [sha256]))
    assert job.result.tagging.audio_tags[0].duration_sec == pytest.approx(1000 / 44_100)
    request = separation_pb2.SeparateAudioRequest(asset_sha256=sha256, model="fake")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await client.separation.SeparateAudio(request)
    assert reason(caught.value) == "INVALID_AUDIO"


@pytest.mark.parametrize(
    ("digests", "fields", "why"),
    [
        ([], {}, "INVALID_ARGUMENT"),
        (["0" * 64] * 257, {}, "INVALID_ARGUMENT"),
        (["0" * 64], {}, "ASSET_NOT_FOUND"),
        (["0" * 64], {"models": ["zither"]}, "MODEL_NOT_FOUND"),
        (["0" * 64], {"models": ["htdemucs"]}, "MODEL_NOT_FOUND"),
    ],
)
async def test_what_cannot_be_meant_is_refused(
    client: Client, digests: list[str], fields: dict[str, Any], why: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await tag(client, digests, **fields)
    assert reason(caught.value) == why


async def test_an_asset_that_cannot_be_read_or_is_too_long_is_named(client: Client, write_wav: WriteWav) -> None:
    good = await client.upload_file(write_wav())
    text = await client.upload(b"no audio at all")
    long = await client.upload_file(write_wav("long.wav", np.zeros((1, 61 * 16_000), np.float32), 16_000))
    for bad, why in ((text, "INVALID_AUDIO"), (long, "AUDIO_TOO_LONG")):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await tag(client, [good, bad])
        assert reason(caught.value) == why
        assert metadata(caught.value)["asset_sha256"] == bad


@pytest.mark.weights
async def test_no_model_means_both_of_musicnn(run_engine: RunEngine, write_wav: WriteWav) -> None:
    folder: Path = default_folders()[1]
    async with (
        run_engine(weights_folder=folder, is_offline=False) as engine,
        grpc.aio.insecure_channel(engine.address) as channel,
    ):
        client = Client(channel)
        sha256 = await client.upload_file(write_wav(samples=piano_phrase(7.0)))
        job = await client.ended(await tag(client, [sha256], models=[], has_taggram=True))
        (found,) = job.result.tagging.audio_tags
    tag_sets = {tag_set.model: tag_set for tag_set in found.tag_sets}
    assert {"MTT_musicnn", "MSD_musicnn"} <= set(tag_sets)
    for name in ("MTT_musicnn", "MSD_musicnn"):
        assert len(tag_sets[name].scores) == 50
        assert len(tag_sets[name].taggram) == 2 * 50
    best = max(tag_sets["MTT_musicnn"].scores, key=lambda score: score.score)
    assert best.tag == "piano"
