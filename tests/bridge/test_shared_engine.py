"""Commands beside a running bridge: they work with its engine, print the same, and do without it where they must."""

import json
import os
import signal
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
import soundfile
from auxsend.v1 import model_pb2, model_pb2_grpc

from bridge.instance import engine_token
from bridge.settings import Settings
from bridge.shared_engine import find_shared_engine
from tests.bridge.conftest import COMMAND_SEC, Done, auxsend_command, auxsend_environment
from tests.bridge.running_bridge import WAIT_SEC, Bridge, children, running, wait_for
from tests.conftest import WriteWav

CONFIG = 'offline = true\ndevice = "cpu"\n'
Command = Callable[..., Done]


def start_count(bridge: Bridge) -> int:
    """How many engines have been started for this user, whoever started them."""
    log = bridge.state / "engine.log"
    return log.read_text().count("listening on") if log.exists() else 0


@pytest.fixture(scope="module")
def bridge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bridge]:
    """A bridge whose engine is on this machine."""
    home = tmp_path_factory.mktemp("home")
    (home / "config").mkdir()
    (home / "config/auxsend.toml").write_text(CONFIG)
    with running(home) as bridge:
        yield bridge


@pytest.fixture
def command(bridge: Bridge, tmp_path: Path) -> Command:
    """Runs the command line of the user whose bridge runs."""

    def run(*arguments: object, **variables: str) -> Done:
        done = subprocess.run(
            auxsend_command(*arguments),
            capture_output=True,
            encoding="utf-8",
            cwd=tmp_path,
            env=auxsend_environment(bridge.home, **variables),
            timeout=COMMAND_SEC,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return run


def test_commands_share_one_engine_and_print_what_they_print_alone(
    bridge: Bridge, command: Command, write_wav: WriteWav, tmp_path: Path
) -> None:
    write_wav()
    split = ("split", "song.wav", "--model", "fake", "--json")
    models = command("models", "list")
    shared = command(*split, "-o", "shared")
    assert command("models", "list").out == models.out
    assert start_count(bridge) == 1
    alone = command(*split, "-o", "alone", AUXSEND_HOME=str(tmp_path / "other-home"))
    assert (shared.code, alone.code) == (0, 0), (shared.err, alone.err)
    measured = {"realtime_factor"}
    assert {key: value for key, value in shared.result.items() if key not in measured} == {
        key: json.loads(json.dumps(value).replace("/alone/", "/shared/"))
        for key, value in alone.result.items()
        if key not in measured
    }
    for stem in ("vocals.wav", "drums.wav", "bass.wav", "other.wav"):
        assert (tmp_path / "shared" / stem).read_bytes() == (tmp_path / "alone" / stem).read_bytes()


def test_errors_are_the_same(command: Command, tmp_path: Path, write_wav: WriteWav) -> None:
    write_wav()
    split = ("split", "song.wav", "--model", "nobody's")
    shared, alone = command(*split), command(*split, AUXSEND_HOME=str(tmp_path / "other-home"))
    assert (shared.code, shared.out, shared.err) == (2, alone.out, alone.err)


@pytest.mark.parametrize("change", [{"version": "0.0.1"}, {"zmq_port": 9}], ids=["other version", "no answer"])
def test_a_bridge_that_does_not_fit_is_left_alone(bridge: Bridge, command: Command, change: dict[str, Any]) -> None:
    place_file = bridge.state / "bridge.json"
    place = place_file.read_text()
    count = start_count(bridge)
    place_file.write_text(json.dumps(json.loads(place) | change))
    try:
        assert command("models", "list", "--device", "cpu").code == 0
    finally:
        place_file.write_text(place)
    assert start_count(bridge) == count + 1


def test_an_engine_with_other_options_is_started_for_the_command_alone(bridge: Bridge, command: Command) -> None:
    count = start_count(bridge)
    assert command("models", "list", "--device", "auto").code == 0
    assert start_count(bridge) == count + 1


def test_a_bridge_that_hangs_holds_nothing_up(bridge: Bridge, command: Command) -> None:
    count = start_count(bridge)
    bridge.process.send_signal(signal.SIGSTOP)
    try:
        assert command("models", "list").code == 0
    finally:
        bridge.process.send_signal(signal.SIGCONT)
    assert start_count(bridge) == count + 1


@pytest.fixture
def long_split(bridge: Bridge, write_wav: WriteWav, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A split by the bridge's engine that has begun to run and takes long."""
    soundfile.write(tmp_path / "long.wav", np.zeros((1200 * 44_100, 2), np.int16), 44_100)
    log = bridge.state / "engine.log"
    count = log.read_text().count("SeparateAudio OK") if log.exists() else 0
    with subprocess.Popen(
        auxsend_command("split", "long.wav", "-o", "out", "--model", "fake"),
        cwd=tmp_path,
        env=auxsend_environment(bridge.home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            wait_for(lambda: log.exists() and log.read_text().count("SeparateAudio OK") > count, "the job")
            yield process
        finally:
            process.kill()


def test_ctrl_c_cancels_the_job_in_the_bridge_s_engine(
    bridge: Bridge, long_split: subprocess.Popen[str], tmp_path: Path
) -> None:
    log = bridge.state / "engine.log"
    count = log.read_text().count("CancelJob OK")
    long_split.send_signal(signal.SIGINT)
    out, err = long_split.communicate(timeout=WAIT_SEC)
    assert (long_split.returncode, out) == (130, "")
    assert "nothing was written" in err
    assert not (tmp_path / "out").exists()
    assert log.read_text().count("CancelJob OK") == count + 1
    assert bridge.is_alive()


async def test_the_engine_wants_a_token_that_only_the_user_can_tell(bridge: Bridge) -> None:
    shared = await find_shared_engine(Settings(device="cpu", offline=True), bridge.state)
    assert shared is not None
    assert shared.token == engine_token(bridge.token) != bridge.token
    assert stat.S_IMODE((bridge.state / "bridge.token").stat().st_mode) == 0o600
    async with grpc.aio.insecure_channel(shared.address) as channel:
        stub = model_pb2_grpc.ModelServiceStub(channel)
        for metadata in ((), (("authorization", f"Bearer {bridge.token}"),)):
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await stub.ListModels(model_pb2.ListModelsRequest(), metadata=metadata)
            assert caught.value.code() is grpc.StatusCode.UNAUTHENTICATED


def test_a_bridge_that_dies_in_the_middle_with_its_engine(
    bridge: Bridge, long_split: subprocess.Popen[str], tmp_path: Path
) -> None:
    (engine,) = children(bridge)
    os.kill(engine, signal.SIGKILL)
    bridge.kill()
    out, err = long_split.communicate(timeout=WAIT_SEC)
    assert (long_split.returncode, out) == (5, "")
    assert "The bridge was stopped in the middle of the work" in err
    assert not (tmp_path / "out").exists()
