"""What the wire costs: bytes per second over loopback, the engine's own cost, and the command line's start.

    python -m benchmarks.wire --audio song.wav

The engine's own cost (gRPC, codec, jobs, assets) is measured with the fake model, whose own time is nearly nothing:
the time of a whole request through a real engine process, minus the time of the same pipeline called directly. It is
given as a share of what the real model takes for the same audio, if that time is given. Both are run in turn, and the
fastest of each counts, since what else the machine does only ever adds.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bridge.client import EngineClient
from bridge.codec import Separation, SeparationRequest
from bridge.local_engine import run_engine
from bridge.settings import Settings
from engine.audio_file import scan
from engine.backends import REGISTRY, load_separator
from engine.separation import Quality, Residual, plan_order, separate_file
from engine.upload import file_hash

MEGABYTE = 1e6
TRANSFER_BYTES = 512 << 20
RUNS = 5


async def transfer_rates(client: EngineClient, folder: Path) -> tuple[float, float]:
    """Returns the bytes per second of an upload and of a download, hashing and disk included; the local hash is not."""
    source = folder / "random.bin"
    with source.open("wb") as file:
        for _ in range(TRANSFER_BYTES >> 24):
            file.write(os.urandom(1 << 24))
    sha256 = file_hash(source).hexdigest()
    started_sec = time.perf_counter()
    await client.upload(source, sha256, "application/octet-stream", lambda _: None)
    uploaded_sec = time.perf_counter()
    await client.download(sha256, TRANSFER_BYTES, folder / "back.bin", lambda _: None)
    downloaded_sec = time.perf_counter()
    return TRANSFER_BYTES / (uploaded_sec - started_sec), TRANSFER_BYTES / (downloaded_sec - uploaded_sec)


async def through_the_engine(client: EngineClient, audio: Path, folder: Path, run: int) -> float:
    """Returns the seconds of a whole request: upload, job, and the download of all stems.

    Each run splits another file (one byte longer), so that nothing comes from the cache.
    """
    changed = folder / f"run{run}.wav"
    changed.write_bytes(audio.read_bytes() + b"\0" * (2 * run))
    sha256 = file_hash(changed).hexdigest()
    started_sec = time.perf_counter()
    await client.upload(changed, sha256, "audio/wav", lambda _: None)
    request = SeparationRequest(sha256, "fake", (), "balanced", "none", "audio/wav", "")
    queued = await client.separate(request)
    job = [state async for state in client.watch(queued.id)][-1]
    assert isinstance(job.separation, Separation), job.error_message
    for stem in job.separation.stems:
        await client.download(stem.sha256, stem.size_bytes, folder / f"{run}-{stem.name}.wav", lambda _: None)
    return time.perf_counter() - started_sec


async def cached_answer(client: EngineClient, audio: Path) -> float:
    """Returns the seconds until the engine has answered a request that it has answered before."""
    sha256 = file_hash(audio).hexdigest()
    started_sec = time.perf_counter()
    job = await client.separate(SeparationRequest(sha256, "fake", (), "balanced", "none", "audio/wav", ""))
    elapsed_sec = time.perf_counter() - started_sec
    assert job.separation is not None
    assert job.separation.is_cached
    return elapsed_sec


def directly(audio: Path, folder: Path) -> float:
    """Returns the seconds of the same pipeline, called as a function."""
    card = REGISTRY["fake"]
    backend = load_separator(card, {}, "cpu")
    folder.mkdir()
    started_sec = time.perf_counter()
    order = plan_order(card, scan(audio), (), Quality.BALANCED, Residual.NONE, "audio/wav", None)
    separate_file(audio, backend, order, folder, lambda fraction, message: None)
    return time.perf_counter() - started_sec


def help_sec() -> float:
    """Returns the median seconds of `auxsend --help`."""
    command = [str(Path(sys.executable).with_name("auxsend")), "--help"]
    return statistics.median(_seconds_of(command) for _ in range(RUNS))


def _seconds_of(command: list[str]) -> float:
    started_sec = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started_sec


async def measure(audio: Path, model_sec: float | None) -> None:
    """Prints every figure."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["AUXSEND_HOME"] = name
        async with (
            run_engine(Settings(device="cpu"), folder) as engine,
            EngineClient(engine.address, engine.token) as client,
        ):
            up, down = await transfer_rates(client, folder)
            whole, direct = [], []
            for run in range(1, RUNS + 1):
                whole.append(await through_the_engine(client, audio, folder, run))
                direct.append(await asyncio.to_thread(directly, audio, folder / f"direct{run}"))
            cached_sec = await cached_answer(client, folder / "run1.wav")
        overhead_sec = min(whole) - min(direct)
        print(f"loopback upload            {up / MEGABYTE:7.0f} MB/s")
        print(f"loopback download          {down / MEGABYTE:7.0f} MB/s")
        print(f"request, fake model        {min(whole):7.3f} s")
        print(f"same pipeline, called      {min(direct):7.3f} s")
        print(f"gRPC, codec, jobs, assets  {overhead_sec:7.3f} s")
        if model_sec:
            print(f"  as a share of the model  {overhead_sec / model_sec:7.2%}")
        print(f"answer from the cache      {cached_sec:7.3f} s")
        print(f"auxsend --help             {help_sec():7.3f} s")


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--audio", type=Path, required=True, help="a WAV file, 60 s or more")
    parser.add_argument("--model-sec", type=float, help="what the real model takes for it (benchmarks.separation)")
    options = parser.parse_args()
    asyncio.run(measure(options.audio, options.model_sec))


if __name__ == "__main__":
    main()
