"""What the panel's page plays and draws, without a browser: by id and by name, in ranges, and never by a path."""

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import numpy as np
import pytest
import soundfile as sf
from starlette.applications import Starlette

from bridge.client import EngineClient
from bridge.errors import JobUnknown
from bridge.jobs import run_job
from bridge.library.place import LibraryPlace
from bridge.library.sample import Entry
from bridge.library.store import File, LibraryStore
from bridge.library_client import LibraryClient
from bridge.panel.context import PanelContext
from bridge.panel.media import media_routes
from bridge.store import BridgeJob, State
from tests.bridge.fake_engine import FakeEngine, serve
from tests.bridge.fake_library import described
from tests.bridge.panel.stand_in_player import install_player, played_count
from tests.bridge.running_bridge import new_id, split_request

RATE_HZ = 8000
JOB = "a-finished-split"


@dataclass
class Jobs:
    """The part of the service that media ask."""

    jobs: dict[str, BridgeJob] = field(default_factory=dict)

    def find(self, job_id: str) -> BridgeJob:
        if job_id not in self.jobs:
            raise JobUnknown("There is no such job.")
        return self.jobs[job_id]


@dataclass
class Panel:
    """The routes, over a service and an engine of a few lines."""

    folder: Path
    engine: FakeEngine
    jobs: Jobs
    http: httpx.AsyncClient
    library: LibraryClient

    def write(self, name: str, samples: Any, **options: Any) -> Path:
        path = self.folder / name
        sf.write(path, samples, RATE_HZ, **options)
        return path

    def add_sample(self, path: Path) -> str:
        """Makes a file a sample that this machine has."""
        sample_id = hashlib.sha256(path.read_bytes()).hexdigest()
        with LibraryStore(self.folder / "library.sqlite") as store:
            store.save_files([File(str(path), str(self.folder), 1, 1, sample_id, 1.0)])
        return sample_id

    def add_job(self, request: dict[str, Any], result: dict[str, Any] | None) -> str:
        job = BridgeJob(request, State.RUNNING if result is None else State.DONE, result=result)
        self.jobs.jobs[job.id] = job
        return job.id


@pytest.fixture
async def panel(tmp_path: Path) -> AsyncIterator[Panel]:
    engine, jobs = FakeEngine(), Jobs()
    async with serve(engine) as address, EngineClient(address, patience_sec=1.0) as client:

        @asynccontextmanager
        async def connect() -> AsyncIterator[EngineClient]:
            yield client

        place = LibraryPlace(tmp_path / "library.sqlite", tmp_path / "samples")
        unused: Any = None
        context = PanelContext(
            service=cast(Any, jobs), hosts=unused, feed=unused, connect=connect, engine=unused, library=lambda: place,
            upkeep=unused, check_paths=lambda paths: None, folder=tmp_path / "panel",
        )  # fmt: skip
        transport = httpx.ASGITransport(Starlette(routes=media_routes(context)))
        async with httpx.AsyncClient(transport=transport, base_url="http://panel") as http:
            yield Panel(tmp_path, engine, jobs, http, LibraryClient(client))


def noise(seconds: float = 0.5, channels: int = 1) -> Any:
    return np.random.default_rng(3).uniform(-0.9, 0.9, (round(seconds * RATE_HZ), channels))


async def test_a_sample_is_sent_as_it_lies_here_and_in_ranges(panel: Panel) -> None:
    path = panel.write("kick.flac", noise(), subtype="PCM_16")
    url = f"/media/samples/{panel.add_sample(path)}"
    whole = await panel.http.get(url)
    assert (whole.status_code, whole.headers["content-type"]) == (200, "audio/flac")
    assert whole.content == path.read_bytes()
    part = await panel.http.get(url, headers={"range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, path.read_bytes()[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{path.stat().st_size}"


@pytest.mark.parametrize(
    ("name", "subtype"), [("a.aiff", "PCM_24"), ("a.wav", "DOUBLE"), ("a.wav", "ULAW"), ("a.caf", "PCM_16")]
)
async def test_what_browsers_do_not_play_becomes_wav(panel: Panel, name: str, subtype: str) -> None:
    path = panel.write(name, noise(), subtype=subtype)
    answer = await panel.http.get(f"/media/samples/{panel.add_sample(path)}")
    assert answer.headers["content-type"] == "audio/wav"
    (panel.folder / "heard.wav").write_bytes(answer.content)
    assert sf.info(panel.folder / "heard.wav").subtype in ("PCM_16", "PCM_24", "FLOAT")
    heard, rate_hz = sf.read(panel.folder / "heard.wav")
    assert rate_hz == RATE_HZ
    assert np.allclose(heard, sf.read(path)[0], atol=1e-6)


async def test_a_sample_that_is_not_here_is_fetched_once(panel: Panel) -> None:
    content = panel.write("theirs.wav", noise()).read_bytes()
    sample_id = hashlib.sha256(content).hexdigest()
    panel.engine.assets[sample_id] = content
    entries = [Entry(sample_id, "theirs", ())]
    await run_job(panel.library.engine, lambda: panel.library.index(entries, "request-1"), lambda event: None)
    for _ in range(2):
        assert (await panel.http.get(f"/media/samples/{sample_id}")).content == content
    assert panel.engine.count("DownloadAsset from 0") == 1
    assert (await panel.http.get(f"/media/peaks/samples/{sample_id}?columns=7")).json()["duration_sec"] == 0.5


async def test_a_sample_whose_sound_the_engine_has_lost_is_missed_in_words(panel: Panel) -> None:
    sample_id = "ab" * 32
    panel.engine.library[sample_id] = described(SimpleNamespace(asset_sha256=sample_id, name="theirs", folders=[]))
    answer = await panel.http.get(f"/media/peaks/samples/{sample_id}")
    assert answer.status_code == 404
    assert "no longer has the audio of “theirs”" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/media/samples/" + "0" * 64,
        "/media/samples/kick.wav",
        "/media/samples/..%2F..%2Fetc%2Fpasswd",
        "/media/samples/%2e%2e/%2e%2e/etc/passwd",
        "/media/jobs/nobody-knows-it/vocals",
        f"/media/jobs/{JOB}/violin",
        f"/media/jobs/{JOB}/..%2Fsecret.wav",
        f"/media/jobs/{JOB}/..",
        f"/media/peaks/jobs/{JOB}/%2Fetc%2Fpasswd",
        f"/media/notes/jobs/{JOB}/vocals",
        "/media/",
        "/media/etc/passwd",
    ],
)
async def test_nothing_is_found_by_a_path_or_a_wrong_name(panel: Panel, path: str) -> None:
    panel.write("secret.wav", noise())
    (panel.folder / "stems").mkdir()
    asked = split_request(panel.folder / "secret.wav", panel.folder, id=JOB)
    stem = panel.write("stems/vocals.wav", noise())
    panel.add_job(asked, {"stems": [{"name": "vocals", "file": str(stem)}]})
    answer = await panel.http.get(path)
    assert answer.status_code == 404
    assert answer.text.endswith(".\n")


async def test_stems_and_the_mix_of_a_split_are_heard(panel: Panel) -> None:
    song = panel.write("song.wav", noise(1.0, 2), subtype="PCM_16")
    stem = panel.write("vocals.wav", noise())
    asked = split_request(song, panel.folder, length_sec=0.5, start_offset_sec=0.25, is_reversed=True)
    job_id = panel.add_job(asked, {"stems": [{"name": "vocals", "file": str(stem)}]})
    assert (await panel.http.get(f"/media/jobs/{job_id}/vocals")).content == stem.read_bytes()
    mix = await panel.http.get(f"/media/jobs/{job_id}/mix", headers={"range": "bytes=0-"})
    assert (mix.status_code, mix.headers["content-type"]) == (206, "audio/wav")
    (panel.folder / "mix.wav").write_bytes(mix.content)
    source = sf.read(song, dtype="int16")[0]
    assert np.array_equal(sf.read(panel.folder / "mix.wav", dtype="int16")[0], source[::-1][2000:6000])
    drawn = (await panel.http.get(f"/media/peaks/jobs/{job_id}/mix?columns=50")).json()
    assert (len(drawn["min"]), len(drawn["max"]), drawn["duration_sec"]) == (50, 50, 0.5)


async def test_a_stem_that_was_moved_away_is_missed_in_words(panel: Panel) -> None:
    asked = split_request(panel.folder / "song.wav", panel.folder)
    job_id = panel.add_job(asked, {"stems": [{"name": "vocals", "file": str(panel.folder / "gone.wav")}]})
    answer = await panel.http.get(f"/media/jobs/{job_id}/vocals")
    assert answer.status_code == 404
    assert "split the item again" in answer.text


async def test_a_job_that_runs_has_nothing_to_hear(panel: Panel) -> None:
    job_id = panel.add_job(split_request(panel.folder / "song.wav", panel.folder), None)
    assert (await panel.http.get(f"/media/jobs/{job_id}/mix")).status_code == 404


@pytest.mark.parametrize("columns", ["0", "4001", "-1", "many", "1e3", "٣"])
async def test_waveforms_of_no_such_width_are_refused(panel: Panel, columns: str) -> None:
    sample_id = panel.add_sample(panel.write("kick.wav", noise()))
    answer = await panel.http.get(f"/media/peaks/samples/{sample_id}", params={"columns": columns})
    assert (answer.status_code, answer.text) == (400, "A waveform has 1 to 4000 columns.\n")


def transcription(**changes: Any) -> dict[str, Any]:
    track = {"name": "Piano", "program": 0, "is_drum": False, "color": [1, 2, 3], "notes": [[60, 90, 0.25, 0.5]]}
    return {"tracks": [track], "beats": [[0.0, 1], [0.5, 2], [1.0, 1]], "length_sec": 1.5} | changes


async def test_notes_are_drawn_with_their_bars(panel: Panel) -> None:
    job_id = panel.add_job({"id": new_id(), "verb": "transcribe", "params": {}}, transcription())
    drawn = (await panel.http.get(f"/media/notes/jobs/{job_id}/notes")).json()
    assert drawn == {
        "tracks": [{"name": "Piano", "color": [1, 2, 3], "notes": [[60, 90, 0.25, 0.5]]}],
        "length_sec": 1.5,
        "bar_lines_sec": [0.0, 1.0],
    }


@pytest.fixture
def player(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], int]:
    """Lets a stand-in play notes; says how often it was called."""
    for name, value in install_player(tmp_path).items():
        monkeypatch.setenv(name, value)
    return lambda: played_count(tmp_path)


async def test_candidates_are_played_by_the_engine_that_plays_midi(panel: Panel, player: Callable[[], int]) -> None:
    candidate = {"score": 1.0, "tracks": [{k: v for k, v in transcription()["tracks"][0].items() if k != "is_drum"}]}
    result = {"candidates": [candidate, candidate], "length_sec": 2.0, "bars": 2}
    job_id = panel.add_job({"id": new_id(), "verb": "continue", "params": {}}, result)
    for _ in range(2):
        answer = await panel.http.get(f"/media/jobs/{job_id}/candidate-2")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/wav")
    assert player() == 1
    assert (await panel.http.get(f"/media/notes/jobs/{job_id}/candidate-2")).json()["bar_lines_sec"] == [0.0, 1.0]
    assert (await panel.http.get(f"/media/jobs/{job_id}/candidate-3")).status_code == 404


async def test_notes_without_a_player_say_what_is_missing(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOUNDFONT", str(panel.folder / "none.sf2"))
    job_id = panel.add_job({"id": new_id(), "verb": "transcribe", "params": {}}, transcription())
    answer = await panel.http.get(f"/media/jobs/{job_id}/notes")
    assert (answer.status_code, answer.text[-2:]) == (503, ".\n")
