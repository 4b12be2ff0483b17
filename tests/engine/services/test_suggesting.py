"""Suggestions and uses over the wire: pages, limits, clips that are heard first, and bad requests by name."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import grpc
import pytest
from auxsend.v1 import common_pb2, job_pb2, recommendation_pb2

from engine.library import indexing
from engine.services import tagging
from tests.conftest import RunEngine, WriteWav, tones
from tests.engine.library.stand_in import describe_without_weights
from tests.engine.services.client import Client, reason

Suggest = recommendation_pb2.SuggestSamplesRequest
NAMES = ("Bass_92bpm_Am.wav", "Keys_92bpm_Cmaj.wav", "Lead_140bpm_F#m.wav", "Pad_92bpm_Am.wav", "Vox_46bpm_Em.wav")


@pytest.fixture
async def client(run_engine: RunEngine, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    for module in (indexing, tagging):
        monkeypatch.setattr(module, "describe_files", describe_without_weights)
    async with run_engine() as engine, grpc.aio.insecure_channel(engine.address) as channel:
        yield Client(channel)


async def index(client: Client, write_wav: WriteWav, names: Sequence[str] = NAMES) -> list[str]:
    """Returns the ids of the library's samples."""
    digests = [await client.upload_file(write_wav(name, tones(0.5 + place / 50))) for place, name in enumerate(names)]
    entries = [
        recommendation_pb2.SampleEntry(asset_sha256=sha256, name=name)
        for sha256, name in zip(digests, names, strict=True)
    ]
    answer = await client.recommendation.IndexSamples(recommendation_pb2.IndexSamplesRequest(samples=entries))
    job = await client.ended(answer.job)
    assert job.result.indexing.indexed_count == len(names)
    return digests


async def suggest(client: Client, **fields: Any) -> recommendation_pb2.SuggestSamplesResponse:
    answer: recommendation_pb2.SuggestSamplesResponse = await client.recommendation.SuggestSamples(Suggest(**fields))
    return answer


def names(answer: recommendation_pb2.SuggestSamplesResponse) -> list[str]:
    return [suggestion.sample.name for suggestion in answer.suggestions]


async def record(client: Client, project: str, samples: Sequence[str], request_id: str = "", **fields: Any) -> int:
    uses = [
        recommendation_pb2.Use(**({"sample_id": s, "project_id": project, "kind": "USE_KIND_INSERTED"} | fields))
        for s in samples
    ]
    answer = await client.recommendation.RecordUse(
        recommendation_pb2.RecordUseRequest(uses=uses, request_id=request_id)
    )
    return int(answer.recorded_count)


async def test_a_clip_of_the_library_gets_the_others_each_with_its_reasons(client: Client, write_wav: WriteWav) -> None:
    bass_id = (await index(client, write_wav))[0]
    answer = await suggest(client, asset_sha256s=[bass_id], mode="SUGGESTION_MODE_COMPLEMENT")
    assert set(names(answer)) == set(NAMES[1:])
    assert answer.next_page_token == ""
    reasons = {suggestion.sample.name: list(suggestion.reasons) for suggestion in answer.suggestions}
    assert reasons["Pad_92bpm_Am.wav"][:3] == ["same key (A minor)", "92 BPM", "has the synth that the clip lacks"]
    assert reasons["Keys_92bpm_Cmaj.wav"][0] == "relative key (C major)"
    assert "46 BPM, half the tempo" in reasons["Vox_46bpm_Em.wav"]
    assert names(answer)[-1] == "Lead_140bpm_F#m.wav"


async def test_a_clip_that_is_new_is_heard_first_and_only_once(client: Client, write_wav: WriteWav) -> None:
    await index(client, write_wav)
    clip = await client.upload_file(write_wav("clip.wav", tones(1.5)))
    first = await suggest(client, asset_sha256s=[clip], mode="SUGGESTION_MODE_SIMILAR")
    assert set(names(first)) == set(NAMES)
    assert names(await suggest(client, asset_sha256s=[clip], mode="SUGGESTION_MODE_SIMILAR")) == names(first)
    jobs = (await client.jobs.ListJobs(job_pb2.ListJobsRequest())).jobs
    assert [job.is_cached for job in jobs if job.task == "tagging"] == [True, False]


async def test_pages_never_repeat_and_end(client: Client, write_wav: WriteWav) -> None:
    bass_id = (await index(client, write_wav))[0]
    seen, token = [], ""
    for _ in range(4):
        answer = await suggest(client, asset_sha256s=[bass_id], page_size=1, page_token=token, variety=0.5)
        seen += names(answer)
        token = answer.next_page_token
    assert (sorted(seen), token) == (sorted(NAMES[1:]), "")


async def test_a_page_token_of_another_query_is_refused(client: Client, write_wav: WriteWav) -> None:
    digests = await index(client, write_wav)
    token = (await suggest(client, asset_sha256s=digests[:1], page_size=1)).next_page_token
    with pytest.raises(grpc.aio.AioRpcError, match="first page") as caught:
        await suggest(client, asset_sha256s=digests[1:2], page_size=1, page_token=token)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_limits_hold(client: Client, write_wav: WriteWav) -> None:
    digests = await index(client, write_wav)
    clip = {"asset_sha256s": digests[:1]}
    assert names(await suggest(client, **clip, key=common_pb2.Key(tonic=4, mode="minor"))) == ["Vox_46bpm_Em.wav"]
    assert names(await suggest(client, **clip, quarter_bpm=140)) == ["Lead_140bpm_F#m.wav"]
    assert names(await suggest(client, **clip, kinds=["track"])) == []
    assert names(await suggest(client, text="pad")) == ["Pad_92bpm_Am.wav"]
    left = await suggest(client, **clip, excluded_sample_ids=digests[1:3], liked_sample_ids=digests[3:4])
    assert names(left) == ["Vox_46bpm_Em.wav"]


async def test_uses_are_counted_once_and_taught(client: Client, write_wav: WriteWav) -> None:
    digests = await index(client, write_wav)
    for number in range(3):
        assert await record(client, f"project {number}", [digests[0], digests[2]]) == 2
    assert await record(client, "project 0", digests[:1]) == 0
    assert await record(client, "mine", digests[1:2], request_id="one") == 1
    assert await record(client, "mine", digests[1:2], request_id="one") == 1
    for _ in range(1_000):  # the taste is learned in the background
        answer = await suggest(client, asset_sha256s=digests[:1], mode="SUGGESTION_MODE_TASTE", page_size=1)
        if any(text.endswith("in 3 projects") for text in answer.suggestions[0].reasons):
            break
        await asyncio.sleep(0.05)
    else:
        pytest.fail(f"last reasons: {answer.suggestions[0].reasons}")
    assert names(answer) == ["Lead_140bpm_F#m.wav"]
    others = await suggest(client, asset_sha256s=digests[:1], project_id="mine")
    assert NAMES[1] not in names(others)


async def test_uses_outlive_the_engine(run_engine: RunEngine) -> None:
    for expected in (1, 0):
        async with run_engine() as engine, grpc.aio.insecure_channel(engine.address) as channel:
            assert await record(Client(channel), "song", ["a" * 64]) == expected


async def test_an_empty_library_says_what_to_do(client: Client) -> None:
    with pytest.raises(grpc.aio.AioRpcError, match="auxsend library add") as caught:
        await suggest(client, text="warm bass")
    assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert reason(caught.value) == "LIBRARY_EMPTY"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"text": "x" * 1_001}, "text"),
        ({"text": "bass", "page_size": -1}, "fewer than 0"),
        ({"text": "bass", "mode": 99}, "mode"),
        ({"text": "bass", "variety": 2.0}, "variety"),
        ({"text": "bass", "quarter_bpm": 5.0}, "tempo"),
        ({"text": "bass", "tags": ["bagpipe"]}, "bagpipe"),
        ({"text": "bass", "page_token": "elsewhere"}, "first page"),
        ({"asset_sha256s": ["0" * 64] * 17}, "asset_sha256s"),
        ({}, "nothing to go by"),
    ],
)
async def test_what_cannot_be_meant_is_named(
    client: Client, write_wav: WriteWav, fields: dict[str, Any], message: str
) -> None:
    await index(client, write_wav, NAMES[:1])
    with pytest.raises(grpc.aio.AioRpcError, match=message) as caught:
        await suggest(client, **fields)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_an_unknown_clip_is_asked_for(client: Client) -> None:
    with pytest.raises(grpc.aio.AioRpcError, match="upload it") as caught:
        await suggest(client, asset_sha256s=["0" * 64])
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize(
    "fields", [{"kind": "USE_KIND_UNSPECIFIED"}, {"project_id": ""}, {"sample_id": ""}, {"user_id": "x" * 257}]
)
async def test_a_use_that_says_too_little_is_refused_with_all_of_its_request(
    client: Client, fields: dict[str, Any]
) -> None:
    good = recommendation_pb2.Use(sample_id="a" * 64, project_id="song", kind="USE_KIND_KEPT")
    bad = recommendation_pb2.Use(**({"sample_id": "b", "project_id": "song", "kind": "USE_KIND_KEPT"} | fields))
    with pytest.raises(grpc.aio.AioRpcError, match="A use needs"):
        await client.recommendation.RecordUse(recommendation_pb2.RecordUseRequest(uses=[good, bad]))
    assert await record(client, "song", ["a" * 64], kind="USE_KIND_KEPT") == 1
