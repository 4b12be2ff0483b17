"""The library over the wire: indexed, listed by limits and by words, removed, mapped; bad requests are named."""

import math
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import grpc
import pytest
from auxsend.v1 import common_pb2, job_pb2, recommendation_pb2

from engine.backends import REGISTRY
from engine.library import indexing, word_search
from engine.settings import default_folders
from tests.conftest import RunEngine, WriteWav, tones
from tests.engine.library.stand_in import describe_without_weights
from tests.engine.measurements.signals import clicks, kick
from tests.engine.services.client import Client, metadata, reason
from tests.golden.piano import piano_phrase

Request = recommendation_pb2.ListSamplesRequest


@pytest.fixture
async def client(run_engine: RunEngine, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    monkeypatch.setattr(indexing, "describe_files", describe_without_weights)
    async with run_engine() as engine, grpc.aio.insecure_channel(engine.address) as channel:
        yield Client(channel)


def entry(sha256: str, name: str, *folders: str) -> recommendation_pb2.SampleEntry:
    return recommendation_pb2.SampleEntry(asset_sha256=sha256, name=name, folders=folders)


async def index(client: Client, entries: Sequence[recommendation_pb2.SampleEntry], request_id: str = "") -> job_pb2.Job:
    request = recommendation_pb2.IndexSamplesRequest(samples=entries, request_id=request_id)
    job: job_pb2.Job = (await client.recommendation.IndexSamples(request)).job
    return job


async def three_samples(client: Client, write_wav: WriteWav) -> list[str]:
    """Returns the ids of a loop, a kick, and what cannot be read, indexed."""
    digests = [
        await client.upload_file(write_wav("loop.wav", clicks(125, 16))),
        await client.upload_file(write_wav("kick.wav", kick())),
        await client.upload(b"no audio at all"),
    ]
    names = ("Break_95bpm_Am.wav", "Kick 01.wav", "broken.wav")
    folders = (("Pack", "Loops"), ("Pack", "Drums"), ())
    job = await client.ended(
        await index(client, [entry(d, n, *f) for d, n, f in zip(digests, names, folders, strict=True)])
    )
    assert job.state == job_pb2.JOB_STATE_SUCCEEDED, job.error.message
    assert (job.task, job.result.indexing.indexed_count, job.result.indexing.unchanged_count) == ("indexing", 2, 0)
    assert list(job.result.indexing.unreadable) == digests[2:]
    return digests


async def listed(client: Client, **fields: Any) -> list[str]:
    answer = await client.recommendation.ListSamples(Request(**fields))
    assert answer.total_count >= len(answer.samples)
    return [sample.name for sample in answer.samples]


async def test_samples_are_described_found_and_removed(client: Client, write_wav: WriteWav) -> None:
    loop_id, kick_id, broken_id = await three_samples(client, write_wav)
    answer = await client.recommendation.ListSamples(Request())
    loop, one_shot = answer.samples
    assert (answer.total_count, answer.next_page_token) == (2, "")
    assert (loop.id, loop.asset_sha256, list(loop.folders)) == (loop_id, loop_id, ["Pack", "Loops"])
    assert (loop.tags.quarter_bpm, loop.tags.kind) == (95.0, "loop")
    assert (loop.tags.key.tonic, loop.tags.key.mode, loop.tags.key.confidence) == (9, "minor", 1.0)
    assert [(tag_set.model, len(tag_set.scores)) for tag_set in loop.tags.tag_sets] == [
        ("MTT_musicnn", 50), ("MSD_musicnn", 50)
    ]  # fmt: skip
    assert loop.tags.duration_sec == pytest.approx(7.68)
    assert math.isfinite(loop.tags.loudness_lufs)
    assert loop.index_time.seconds > 1_700_000_000
    assert not one_shot.tags.HasField("key")

    key = common_pb2.Key(tonic=0, mode="major")
    assert await listed(client, key=key) == ["Break_95bpm_Am.wav"]
    assert await listed(client, quarter_bpm=190.0) == ["Break_95bpm_Am.wav"]
    assert await listed(client, kinds=["one-shot"]) == ["Kick 01.wav"]
    assert await listed(client, text="drums kick") == ["Kick 01.wav"]
    assert await listed(client, sample_ids=[kick_id, broken_id, "0" * 64]) == ["Kick 01.wav"]
    assert await listed(client, text="kick", kinds=["loop"]) == []

    remove = recommendation_pb2.RemoveSamplesRequest(sample_ids=[kick_id, broken_id])
    assert (await client.recommendation.RemoveSamples(remove)).removed_count == 1
    assert await listed(client) == ["Break_95bpm_Am.wav"]


async def test_what_is_known_needs_no_audio_and_a_new_name_is_taken_over(
    client: Client, write_wav: WriteWav, run_engine: RunEngine, tmp_path: Path
) -> None:
    loop_id, kick_id, _ = await three_samples(client, write_wav)
    entries = [entry(loop_id, "Break_95bpm_Am.wav", "Pack", "Loops"), entry(kick_id, "Snare 2.wav")]
    # Another engine, which never had the audio, has the same library.
    async with (
        run_engine(data_folder=tmp_path / "other", library=str(tmp_path / "engine" / "library")) as engine,
        grpc.aio.insecure_channel(engine.address) as channel,
    ):
        other = Client(channel)
        job = await other.ended(await index(other, entries))
        assert (job.result.indexing.indexed_count, job.result.indexing.unchanged_count) == (1, 1)
        assert await listed(other, kinds=["one-shot/snare"]) == ["Snare 2.wav"]


async def test_a_model_that_knows_text_finds_samples_by_their_sound_once_it_has_heard_them(
    client: Client, write_wav: WriteWav, monkeypatch: pytest.MonkeyPatch
) -> None:
    sounds = {"one.wav": tones(0.5) / 2, "two.wav": tones(0.5) / 100, "three.wav": tones(0.6) / 50}
    entries = [entry(await client.upload_file(write_wav(name, sound)), name) for name, sound in sounds.items()]
    await client.ended(await index(client, entries[:2]))
    assert await listed(client, text="the quietest") == []
    assert await listed(client, is_unheard=True) == []  # there is no model

    monkeypatch.setattr(word_search, "text_card", lambda weights: REGISTRY["fake-tags"])
    assert await listed(client, is_unheard=True) == ["one.wav", "two.wav"]
    job = await client.ended(await index(client, entries))
    assert (job.result.indexing.indexed_count, job.result.indexing.unchanged_count) == (1, 2)
    assert await listed(client, is_unheard=True) == []
    assert await listed(client, text="the quietest") == ["two.wav", "three.wav", "one.wav"]
    assert await listed(client, text="the quietest one") == ["one.wav", "two.wav", "three.wav"]
    suggest = recommendation_pb2.SuggestSamplesRequest(text="the quietest", page_size=2)
    found = (await client.recommendation.SuggestSamples(suggest)).suggestions
    assert [suggestion.sample.name for suggestion in found] == ["two.wav", "three.wav"]

    quietest = entries[1].asset_sha256
    await client.recommendation.RemoveSamples(recommendation_pb2.RemoveSamplesRequest(sample_ids=[quietest]))
    assert await listed(client, text="the quietest") == ["three.wav", "one.wav"]


async def test_a_repeated_request_is_the_same_job(client: Client, write_wav: WriteWav) -> None:
    sha256 = await client.upload_file(write_wav())
    first = await index(client, [entry(sha256, "a.wav")], "one")
    assert (await index(client, [entry(sha256, "a.wav")], "one")).id == first.id
    await client.ended(first)
    assert await listed(client) == ["a.wav"]


async def test_lists_come_in_pages_by_name(client: Client, write_wav: WriteWav) -> None:
    names = ["b.wav", "A.wav", "c.wav", "D.wav", "e.wav"]
    digests = [await client.upload_file(write_wav(name, tones(0.1 + place / 50))) for place, name in enumerate(names)]
    await client.ended(await index(client, list(map(entry, digests, names))))
    pages, token = [], ""
    while True:
        answer = await client.recommendation.ListSamples(Request(page_size=2, page_token=token))
        pages.append([sample.name for sample in answer.samples])
        assert answer.total_count == 5
        if not (token := answer.next_page_token):
            break
    assert pages == [["A.wav", "b.wav"], ["c.wav", "D.wav"], ["e.wav"]]

    skipped = await client.recommendation.ListSamples(Request(page_size=2, skip=2))
    assert [sample.name for sample in skipped.samples] == ["c.wav", "D.wav"]
    beyond = await client.recommendation.ListSamples(Request(skip=9))
    assert (list(beyond.samples), beyond.total_count, beyond.next_page_token) == ([], 5, "")

    first = await client.recommendation.MapLibrary(recommendation_pb2.MapLibraryRequest(page_size=3))
    rest = await client.recommendation.MapLibrary(
        recommendation_pb2.MapLibraryRequest(page_token=first.next_page_token)
    )
    points = [*first.points, *rest.points]
    assert {point.sample_id for point in points} == set(digests)
    assert all(0 <= place <= 1 for point in points for place in (point.x, point.y))
    assert rest.next_page_token == ""


async def test_an_empty_library_answers(client: Client) -> None:
    assert await listed(client) == []
    assert not (await client.recommendation.MapLibrary(recommendation_pb2.MapLibraryRequest())).points
    remove = recommendation_pb2.RemoveSamplesRequest(sample_ids=["0" * 64])
    assert (await client.recommendation.RemoveSamples(remove)).removed_count == 0


@pytest.mark.parametrize(
    "request_fields",
    [
        {"key": common_pb2.Key(tonic=12, mode="major")},
        {"key": common_pb2.Key(tonic=0, mode="blues")},
        {"quarter_bpm": -1.0},
        {"quarter_bpm": float("nan")},
        {"quarter_bpm": float("inf")},
        {"text": "x" * 1001},
        {"sample_ids": ["0" * 64] * 1001},
        {"page_size": -1},
        {"page_token": "nonsense"},
        {"skip": -1},
    ],
)
async def test_lists_that_cannot_be_meant_are_refused(client: Client, request_fields: dict[str, Any]) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await client.recommendation.ListSamples(Request(**request_fields))
    assert reason(caught.value) == "INVALID_ARGUMENT"


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        ([], "INVALID_ARGUMENT"),
        ([entry("0" * 64, "a.wav")] * 1001, "INVALID_ARGUMENT"),
        ([entry("0" * 64, "")], "INVALID_ARGUMENT"),
        ([entry("0" * 64, "x" * 1025)], "INVALID_ARGUMENT"),
        ([entry("0" * 64, "a.wav", *["deep"] * 65)], "INVALID_ARGUMENT"),
        ([entry("../../etc/passwd", "a.wav")], "INVALID_ARGUMENT"),
        ([entry("0" * 64, "a.wav")], "ASSET_NOT_FOUND"),
    ],
)
async def test_what_cannot_be_indexed_is_refused(
    client: Client, entries: list[recommendation_pb2.SampleEntry], why: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await index(client, entries)
    assert reason(caught.value) == why
    if why == "ASSET_NOT_FOUND":
        assert metadata(caught.value)["sha256"] == "0" * 64


async def test_a_library_that_cannot_be_opened_says_so(run_engine: RunEngine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    async with (
        run_engine(library=str(tmp_path / "file")) as engine,
        grpc.aio.insecure_channel(engine.address) as channel,
    ):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await Client(channel).recommendation.ListSamples(Request())
        assert reason(caught.value) == "LIBRARY_UNAVAILABLE"
        assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION


@pytest.mark.weights
async def test_with_real_weights_a_piano_is_found_by_its_sound(run_engine: RunEngine, write_wav: WriteWav) -> None:
    folder = default_folders()[1]
    async with (
        run_engine(weights_folder=folder, is_offline=False) as engine,
        grpc.aio.insecure_channel(engine.address) as channel,
    ):
        client = Client(channel)
        digests = [
            await client.upload_file(write_wav("x.wav", piano_phrase(7.0))),
            await client.upload_file(write_wav("y.wav", clicks(125, 16))),
        ]
        job = await client.ended(await index(client, [entry(digests[0], "x.wav"), entry(digests[1], "y.wav")]))
        assert job.state == job_pb2.JOB_STATE_SUCCEEDED, job.error.message
        assert (await listed(client, text="piano"))[0] == "x.wav"
