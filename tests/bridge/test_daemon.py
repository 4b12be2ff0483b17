"""The bridge as a process, from a request in the spool to files: real engine, fake model."""

import json
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from bridge.channels import Block
from tests.bridge.conftest import TOKEN, auxsend_environment, files_below
from tests.bridge.running_bridge import Bridge, children, request, running, split_request, start_bridge, wait_for


@pytest.fixture(scope="module")
def bridge(engine_address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bridge]:
    home = tmp_path_factory.mktemp("bridge-home")
    with running(home, AUXSEND_ENGINE=engine_address, AUXSEND_TOKEN=TOKEN) as bridge:
        yield bridge


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "João é, Projekt 1"
    folder.mkdir()
    return folder


def write_noise(
    path: Path, seconds: float = 3.0, rate_hz: int = 44_100, subtype: str = "PCM_16", channels: int = 2
) -> Block:
    """Writes 16-bit noise that is its own at every sample and returns it as int32."""
    noise = np.random.default_rng(11).integers(-20_000, 20_000, (round(seconds * rate_hz), channels)).astype(np.int32)
    sf.write(path, noise << 16, rate_hz, subtype=subtype)
    return noise << 16


def sum_of_stems(job: dict[str, Any]) -> Block:
    """The sum of a result's stems, as int64."""
    assert job["state"] == "done", job
    total = np.array(0, dtype=np.int64)
    for stem in job["result"]["stems"]:
        samples, rate_hz = sf.read(stem["file"], dtype="int32", always_2d=True)
        assert rate_hz == job["result"]["sample_rate_hz"]
        assert len(samples) == job["result"]["samples"]
        total = total + samples
    return total


@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 96_000])
@pytest.mark.parametrize(
    ("changes", "heard"),
    [
        ({"start_offset_sec": 0.5}, lambda x, r: x[r // 2 : r // 2 + r]),
        ({"start_offset_sec": 0.5, "playrate": 1.5}, lambda x, r: x[r // 2 : 2 * r]),
        ({"start_offset_sec": 0.5, "is_reversed": True}, lambda x, r: x[::-1][r // 2 : r // 2 + r]),
        ({"start_offset_sec": 2.5, "is_looped": True}, lambda x, r: np.concatenate([x[5 * r // 2 :], x[: r // 2]])),
        (
            {"section": {"offset_sec": 1.0, "length_sec": 0.5}, "is_looped": True, "is_reversed": True},
            lambda x, r: np.concatenate([x[r : 3 * r // 2][::-1]] * 2),
        ),
        ({"start_offset_sec": 2.5}, lambda x, r: np.concatenate([x[5 * r // 2 :], np.zeros_like(x[: r // 2])])),
        ({"channel_mode": "left"}, lambda x, r: x[:r, :1]),
        ({"channel_mode": "reverse_stereo"}, lambda x, r: x[:r, ::-1]),
        ({"channel_mode": "mono_mix"}, lambda x, r: (x[:r].astype(np.int64).sum(axis=1, keepdims=True)) // 2),
    ],
)
def test_stems_sum_to_exactly_what_the_item_plays(
    bridge: Bridge, project: Path, rate_hz: int, changes: dict[str, Any], heard: Any
) -> None:
    source = write_noise(project / "take.wav", rate_hz=rate_hz)
    job = bridge.ask(split_request(project / "take.wav", project, **changes))
    assert np.array_equal(sum_of_stems(job), heard(source, rate_hz))


def test_the_result_says_all_that_a_script_needs(bridge: Bridge, project: Path) -> None:
    write_noise(project / "take.wav")
    asked = split_request(project / "take.wav", project, name="Vox: loud/2", playrate=0.5, gain=0.7, context={"a": [1]})
    job = bridge.ask(asked)
    assert (job["v"], job["id"], job["verb"], job["context"]) == (1, asked["id"], "split", {"a": [1]})
    result = job["result"]
    assert [stem["name"] for stem in result["stems"]] == ["drums", "bass", "other", "vocals"]
    assert all(len(stem["color"]) == 3 for stem in result["stems"])
    assert (result["sample_rate_hz"], result["samples"]) == (44_100, 22_050)
    assert result["place"]["length_sec"] == 1.0
    assert result["place"]["playrate"] == 0.5
    assert result["place"]["start_offset_sec"] == 0.0
    assert result["place"]["gain"] == 0.7
    folder = Path(result["stems"][0]["file"]).parent
    assert folder.parent == project / "AuxSend"
    assert folder.name.startswith("Vox_ loud_2 ")
    assert files_below(project) == {
        "take.wav", "AuxSend", f"AuxSend/{folder.name}", *(f"AuxSend/{folder.name}/{n}.wav" for n in
        ("drums", "bass", "other", "vocals")),
    }  # fmt: skip


def test_progress_goes_forward_to_the_end(bridge: Bridge, project: Path) -> None:
    write_noise(project / "take.wav", seconds=20)
    job_id = bridge.put(split_request(project / "take.wav", project, length_sec=20))
    seen = []
    while not (job := bridge.job(job_id)) or job["state"] in ("queued", "running"):
        seen += [job["fraction"]] if job else []
        time.sleep(0.005)
    assert job["state"] == "done"
    assert job["fraction"] == 1
    assert seen == sorted(seen)


@pytest.mark.parametrize(
    ("changes", "reason", "sentence"),
    [
        ({"file": "missing.wav"}, "INVALID_AUDIO", "There is no file"),
        ({"file": "notes.txt"}, "INVALID_AUDIO", "not audio"),
        ({"folder": "nowhere"}, "OUTPUT_REFUSED", "save the project"),
        ({"start_offset_sec": 99.0}, "INVALID_REQUEST", "no part of"),
        ({"stems": ["kazoo"]}, "INVALID_REQUEST", "no stem “kazoo”"),
        ({"model": "no-such-model"}, "INVALID_REQUEST", "no-such-model"),
    ],
)
def test_what_cannot_be_split_is_refused_in_a_sentence_and_leaves_nothing(
    bridge: Bridge, project: Path, changes: dict[str, Any], reason: str, sentence: str
) -> None:
    write_noise(project / "take.wav")
    (project / "notes.txt").write_text("la la la")
    before = files_below(project)
    file, folder = changes.pop("file", "take.wav"), changes.pop("folder", ".")
    job = bridge.ask(split_request(project / file, project / folder, **changes))
    assert (job["state"], job["error"]["reason"]) == ("failed", reason)
    assert sentence in job["error"]["message"]
    assert files_below(project) == before


def test_jobs_stay_until_they_are_forgotten_and_files_stay_after(bridge: Bridge, project: Path) -> None:
    write_noise(project / "take.wav")
    job = bridge.ask(split_request(project / "take.wav", project))
    assert job["id"] in [known["id"] for known in bridge.ask(request("status"))["result"]["jobs"]]
    forget = request("forget", {"job": job["id"]})
    bridge.put(forget)
    wait_for(lambda: bridge.job(job["id"]) is None, "the job's file to go")
    assert bridge.job(forget["id"]) is None
    assert Path(job["result"]["stems"][0]["file"]).exists()
    assert job["id"] not in [known["id"] for known in bridge.ask(request("status"))["result"]["jobs"]]


def test_a_cancelled_job_leaves_nothing(bridge: Bridge, project: Path) -> None:
    write_noise(project / "long.wav", seconds=29)
    section = {"offset_sec": 0.0, "length_sec": 29.0}
    job_id = bridge.put(split_request(project / "long.wav", project, length_sec=3000, section=section, is_looped=True))
    bridge.wait(job_id, "running")
    bridge.put(request("cancel", {"job": job_id}))
    assert bridge.wait(job_id)["state"] == "cancelled"
    assert files_below(project) == {"long.wav"}


def test_a_second_bridge_says_so(bridge: Bridge) -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "bridge"], env=auxsend_environment(bridge.home), capture_output=True, text=True
    )
    assert done.returncode == 9
    assert done.stderr.strip() == (
        f"auxsend: A bridge runs already for this user, as process {bridge.process.pid}; "
        "stop it with “auxsend bridge --stop”."
    )


def test_nobody_else_can_read_token_ports_jobs_or_spool(bridge: Bridge) -> None:
    for name in ("bridge.token", "bridge.json", "jobs.sqlite"):
        assert stat.S_IMODE((bridge.state / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((bridge.state / "spool").stat().st_mode) == 0o700


def test_a_killed_bridge_finishes_its_job_when_it_is_back(engine_address: str, home: Path, project: Path) -> None:
    variables = {"AUXSEND_ENGINE": engine_address, "AUXSEND_TOKEN": TOKEN}
    source = write_noise(project / "long.wav", seconds=29)
    first = start_bridge(home, **variables)
    asked = split_request(project / "long.wav", project, length_sec=29, context="mine", start_offset_sec=0.5)
    first.put(asked)
    first.wait(asked["id"], "running")
    first.kill()
    assert first.process.stderr
    first.process.stderr.close()
    assert first.job(asked["id"])["state"] == "running"  # type: ignore[index]
    with running(home, **variables) as second:
        job = second.wait(asked["id"])
        assert job["context"] == "mine"
        assert np.array_equal(sum_of_stems(job)[: 28 * 44_100], source[22_050:][: 28 * 44_100])
        assert not [name for name in files_below(project) if ".auxsend-" in name]
        assert second.put(asked) == asked["id"]  # asked again, it is the same job
        assert second.ask(asked) == job


def test_a_result_waits_for_the_script_across_restarts(engine_address: str, home: Path, project: Path) -> None:
    variables = {"AUXSEND_ENGINE": engine_address, "AUXSEND_TOKEN": TOKEN}
    write_noise(project / "take.wav")
    with running(home, **variables) as first:
        job = first.ask(split_request(project / "take.wav", project))
    assert first.job(job["id"]) == job
    assert not (first.state / "spool/bridge.json").exists()
    assert not (first.state / "bridge.json").exists()
    with running(home, **variables) as second:
        assert second.job(job["id"]) == job


def test_without_an_engine_the_job_says_so_and_the_bridge_goes_on(home: Path, project: Path) -> None:
    write_noise(project / "take.wav")
    with running(home, AUXSEND_ENGINE="127.0.0.1:9") as bridge:
        job = bridge.ask(split_request(project / "take.wav", project))
        assert (job["state"], job["error"]["reason"]) == ("failed", "ENGINE_UNREACHABLE")
        assert "auxsend engine" in job["error"]["message"]
        assert bridge.is_alive()


def test_a_local_engine_is_started_when_it_is_needed_and_again_when_it_has_died(home: Path, project: Path) -> None:
    write_noise(project / "take.wav")
    (home / "config").mkdir(parents=True)
    (home / "config/auxsend.toml").write_text('offline = true\ndevice = "cpu"\n')
    with running(home) as bridge:
        assert children(bridge) == []
        job = bridge.ask(split_request(project / "take.wav", project))
        assert job["state"] == "done", json.dumps(job)
        (engine,) = children(bridge)
        os.kill(engine, 9)
        wait_for(lambda: not Path(f"/proc/{engine}").exists(), "the engine to die, with all of its threads")
        shutil.rmtree(project / "AuxSend")
        job = bridge.ask(split_request(project / "take.wav", project))
        assert job["state"] == "done", json.dumps(job)
        (second_engine,) = children(bridge)
        assert second_engine != engine
    assert not Path(f"/proc/{second_engine}").exists()


def test_the_configuration_is_read_again_for_every_job(engine_address: str, home: Path, project: Path) -> None:
    write_noise(project / "take.wav")
    (home / "config").mkdir(parents=True)
    (home / "config/auxsend.toml").write_text('engine = "127.0.0.1:9"\n')
    with running(home, AUXSEND_TOKEN=TOKEN) as bridge:
        asked = split_request(project / "take.wav", project)
        bridge.put(asked)
        bridge.wait(asked["id"], "running")
        (home / "config/auxsend.toml").write_text(f'engine = "{engine_address}"\n')
        assert bridge.ask(split_request(project / "take.wav", project))["state"] == "done"
        assert json.loads(json.dumps(bridge.ask(request("status"))["result"]["engine"]))["address"] == engine_address
