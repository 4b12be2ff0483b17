"""Separation over the wire, with the fake model: what is asked comes back, and bad requests are named."""

import io
from collections.abc import AsyncIterator
from typing import Any

import grpc
import numpy as np
import pytest
import soundfile
from auxsend.v1 import job_pb2, model_pb2, separation_pb2

from engine.audio import Samples
from tests.conftest import RunEngine, WriteWav, tones
from tests.engine.services.client import Client, reason


@pytest.fixture
async def client(run_engine: RunEngine) -> AsyncIterator[Client]:
    async with run_engine(max_audio_sec=30.0) as engine, grpc.aio.insecure_channel(engine.address) as channel:
        yield Client(channel)


async def separate(client: Client, sha256: str, **fields: Any) -> job_pb2.Job:
    request = separation_pb2.SeparateAudioRequest(asset_sha256=sha256, **({"model": "fake"} | fields))
    response = await client.separation.SeparateAudio(request)
    job: job_pb2.Job = response.job
    return job


async def samples_of(client: Client, stem: job_pb2.Stem) -> Samples:
    content = await client.download(stem.asset.sha256)
    samples: Samples = soundfile.read(io.BytesIO(content), dtype="float32", always_2d=True)[0].T
    return samples


async def test_a_mix_becomes_its_stems(client: Client, write_wav: WriteWav) -> None:
    mix = tones(3.3, 48_000)
    sha256 = await client.upload_file(write_wav(samples=mix, sample_rate_hz=48_000, subtype="PCM_24"))
    job = await client.ended(await separate(client, sha256, residual=separation_pb2.RESIDUAL_OTHER))
    assert job.state == job_pb2.JOB_STATE_SUCCEEDED
    result = job.result.separation
    assert [stem.name for stem in result.stems] == ["drums", "bass", "other", "vocals"]
    assert (result.audio_format.sample_rate_hz, result.audio_format.sample_count) == (48_000, 158_400)
    assert result.realtime_factor > 0
    total = sum([await samples_of(client, stem) for stem in result.stems], np.zeros_like(mix))
    np.testing.assert_allclose(total, mix, atol=2**-23)


async def test_the_same_again_comes_from_the_cache(client: Client, write_wav: WriteWav) -> None:
    sha256 = await client.upload_file(write_wav())
    first = await client.ended(await separate(client, sha256))
    again = await separate(client, sha256)
    other = await separate(client, sha256, stems=["vocals"])
    assert again.is_cached
    assert again.state == job_pb2.JOB_STATE_SUCCEEDED
    assert again.result == first.result
    assert not other.is_cached


async def test_a_stem_can_be_separated_again_without_an_upload(client: Client, write_wav: WriteWav) -> None:
    first = await client.ended(await separate(client, await client.upload_file(write_wav())))
    stem = first.result.separation.stems[0]
    second = await client.ended(await separate(client, stem.asset.sha256))
    assert second.state == job_pb2.JOB_STATE_SUCCEEDED


@pytest.mark.parametrize(
    ("fields", "code", "why", "words"),
    [
        ({"model": "nonsense"}, grpc.StatusCode.NOT_FOUND, "MODEL_NOT_FOUND", "htdemucs"),
        ({"stems": ["cowbell"]}, grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT", "vocals"),
        ({"media_type": "audio/mp3"}, grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT", "audio/flac"),
        ({"asset_sha256": "0" * 64}, grpc.StatusCode.NOT_FOUND, "ASSET_NOT_FOUND", "upload it"),
        ({"asset_sha256": "../etc"}, grpc.StatusCode.INVALID_ARGUMENT, "INVALID_ARGUMENT", "hexadecimal"),
    ],
)
async def test_a_bad_request_is_named(
    client: Client, write_wav: WriteWav, fields: dict[str, Any], code: grpc.StatusCode, why: str, words: str
) -> None:
    sha256 = await client.upload_file(write_wav())
    with pytest.raises(grpc.aio.AioRpcError, match=words) as caught:
        await separate(client, **({"sha256": sha256} | {k.replace("asset_", ""): v for k, v in fields.items()}))
    assert caught.value.code() is code
    assert reason(caught.value) == why


async def test_audio_that_is_none_or_damaged_is_refused_at_once(client: Client, write_wav: WriteWav) -> None:
    hole = tones(1.0)
    hole[0, 100] = np.nan
    for content in (
        b"this is not audio" * 100,
        write_wav("nan.wav", hole, subtype="FLOAT").read_bytes(),
        write_wav("whole.wav").read_bytes()[:-1000],
    ):
        sha256 = await client.upload(content)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await separate(client, sha256)
        assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert reason(caught.value) == "INVALID_AUDIO"


async def test_audio_beyond_the_limit_is_refused(client: Client, write_wav: WriteWav) -> None:
    sha256 = await client.upload_file(write_wav(samples=np.zeros((1, 31 * 11_025), np.float32), sample_rate_hz=11_025))
    with pytest.raises(grpc.aio.AioRpcError, match="max-audio-sec") as caught:
        await separate(client, sha256)
    assert reason(caught.value) == "AUDIO_TOO_LONG"


async def test_weights_that_cannot_be_had_fail_the_job_with_what_to_do(client: Client, write_wav: WriteWav) -> None:
    sha256 = await client.upload_file(write_wav())
    job = await client.ended(await separate(client, sha256, model="htdemucs"))
    assert job.state == job_pb2.JOB_STATE_FAILED
    assert job.error.code == grpc.StatusCode.FAILED_PRECONDITION.value[0]
    assert job.error.reason == "WEIGHTS_UNAVAILABLE"
    assert "offline" in job.error.message


async def test_models_are_listed_page_by_page(client: Client) -> None:
    names: list[str] = []
    token = ""
    while True:
        page = await client.models.ListModels(model_pb2.ListModelsRequest(page_size=2, page_token=token))
        names += [model.name for model in page.models]
        token = page.next_page_token
        if not token:
            break
    assert len(names) == len(set(names))
    assert {"htdemucs", "htdemucs_6s", "spleeter-2stems"} <= set(names)
    assert "fake" not in names
    everything = await client.models.ListModels(model_pb2.ListModelsRequest())
    assert [model.name for model in everything.models] == names
    assert all(model.licence and model.licence_note for model in everything.models)
    with pytest.raises(grpc.aio.AioRpcError, match="page token"):
        await client.models.ListModels(model_pb2.ListModelsRequest(page_token="nonsense"))


async def test_fetching_an_unknown_model_names_the_known_ones(client: Client) -> None:
    with pytest.raises(grpc.aio.AioRpcError, match="htdemucs"):
        await client.models.FetchModel(model_pb2.FetchModelRequest(model="nonsense"))
