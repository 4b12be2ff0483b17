"""The engine as a process: `python -m engine`, or `auxsend engine`.

It listens on loopback unless it is given TLS and a token, serves until SIGTERM or SIGINT (or until its standard input
closes, with --exit-with-stdin), and then stops gracefully.
"""

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from engine.errors import EngineError
from engine.settings import DEFAULT_PORT, GIB, Settings, default_folders

VERSION = "0.1.0"


def parser() -> argparse.ArgumentParser:
    """Returns the parser of the engine's command line."""
    data_folder, weights_folder = default_folders()
    made = argparse.ArgumentParser(
        prog="auxsend engine",
        description="Runs the models. The token, if any, is read from the environment variable AUXSEND_TOKEN.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = made.add_argument
    add("--host", default="127.0.0.1", help="address to listen on; beyond loopback, TLS and a token are required")
    add("--port", type=int, default=DEFAULT_PORT, help="port to listen on; 0 lets the system choose")
    add("--device", default="auto", help="auto, cpu, mps, or CUDA devices: cuda:0 or cuda:0,cuda:1")
    add("--data-dir", type=Path, default=data_folder, help="where assets and cached results are kept")
    add("--weights-dir", type=Path, default=weights_folder, help="where weights are installed")
    add("--local-weights", type=Path, action="append", default=[], help="folder with weights that you have already")
    library = os.environ.get("AUXSEND_LIBRARY", "")
    add("--library", default=library, help="sample library: a folder or an object store's URL; empty: in --data-dir")
    add("--offline", action="store_true", help="fetch nothing: use installed and local weights only")
    add("--asset-budget-gib", type=float, default=20, help="disk space for assets")
    add("--max-audio-sec", type=float, default=4 * 3600, help="longest audio that is accepted")
    add("--max-queued-jobs", type=int, default=64, help="jobs that may wait")
    add("--max-job-sec", type=float, default=6 * 3600, help="longest time that a job may take, waiting included")
    add("--tls-cert", type=Path, help="certificate chain (PEM)")
    add("--tls-key", type=Path, help="private key (PEM)")
    add("--metrics-port", type=int, help="serve Prometheus metrics on this loopback port")
    add("--ready-line", action="store_true", help="print one line of JSON with the address when ready")
    add("--exit-with-stdin", action="store_true", help="stop when standard input closes")
    add("--log-level", default="INFO", choices=["DEBUG", "INFO", "WARNING", "ERROR"], help="what is logged to stderr")
    return made


def settings_of(options: argparse.Namespace, token: str) -> Settings:
    """Returns the settings that the command line states.

    Raises:
        InvalidArgument: they contradict each other.
    """
    return Settings(
        data_folder=options.data_dir,
        weights_folder=options.weights_dir,
        local_weight_folders=tuple(options.local_weights),
        library=options.library,
        host=options.host,
        port=options.port,
        device=options.device,
        token=token,
        tls_certificate=options.tls_cert,
        tls_key=options.tls_key,
        is_offline=options.offline,
        asset_budget_bytes=int(options.asset_budget_gib * GIB),
        max_audio_sec=options.max_audio_sec,
        max_queued_jobs=options.max_queued_jobs,
        max_job_sec=options.max_job_sec,
        metrics_port=options.metrics_port,
    )


async def serve(settings: Settings, *, has_ready_line: bool, exits_with_stdin: bool) -> None:
    """Runs an engine until it is told to stop.

    Raises:
        EngineError: it cannot start with these settings.
    """
    from engine.server import build

    engine = build(settings)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if exits_with_stdin:
        threading.Thread(target=_wait_for_end_of_input, args=(loop, stop), daemon=True).start()
    if settings.metrics_port is not None:
        engine.metrics.serve(settings.metrics_port)
    await engine.start()
    logging.getLogger(__name__).info("listening on %s", engine.address)
    if has_ready_line:
        print(json.dumps({"address": engine.address, "pid": os.getpid(), "version": VERSION}), flush=True)
    await stop.wait()
    await engine.stop()


def _wait_for_end_of_input(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    while os.read(0, 1 << 10):  # not sys.stdin: its lock, held by a waiting reader, would abort the interpreter's exit
        pass
    loop.call_soon_threadsafe(stop.set)


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status of an engine that has run: 0 after a graceful stop, 2 when it could not start."""
    options = parser().parse_args(arguments)
    logging.basicConfig(level=options.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        settings = settings_of(options, os.environ.get("AUXSEND_TOKEN", ""))
        asyncio.run(serve(settings, has_ready_line=options.ready_line, exits_with_stdin=options.exit_with_stdin))
    except EngineError as error:
        print(f"auxsend engine: {error.message}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
