"""How long Live stands still: the longest tick of its script beside bridges that do everything wrong.

    python -m benchmarks.live_tick [--ticks 200]

The whole script runs in the fake Live of the tests, with a warped clip selected, so nothing of Live's own time is in
the figures. Each bridge is a socket of this process that does one thing: says nothing at all, sends half a line and
no more, sends 10 MB in short answers, sends a transcription of 20,000 notes in one line, or a line of 10 MB without
end. For each, the longest tick and the median count, in milliseconds of wall clock and of this thread's own processor
time; on a machine that is busy with other things, the clock also counts the time for which others had the processor.
"""

import argparse
import json
import os
import socket
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.daw_scripts.fake_live.host import FakeLive
from tests.daw_scripts.playback import write_song

TICK_SEC = 0.002
MARKERS = ((0.1, -1.0), (0.5, 0.0), (1.2, 1.5), (1.9, 2.75), (2.4, 4.5), (2.41, 4.52))


def answers() -> dict[str, bytes]:
    """Returns what each bridge says after its greeting."""
    job = {"v": 1, "id": "live-00000000", "verb": "split", "state": "running", "fraction": 0.5, "message": "x" * 800}
    notes = [[60 + number % 24, 90, number / 7, 0.25] for number in range(20_000)]
    long = {"id": "live-00000000", "state": "done", "result": {"tracks": [{"name": "Piano", "notes": notes}]}}
    line = json.dumps(job).encode() + b"\n"
    return {
        "never answers": b"",
        "half a line": line[:400],
        "10 MB of answers": line * (10_000_000 // len(line)),
        "20,000 notes in one line": json.dumps(long).encode() + b"\n",
        "10 MB without an end": b'"' + b"x" * 10_000_000,
    }


def ticks_of(live: FakeLive, server: socket.socket, content: bytes, count: int) -> Iterator[tuple[float, float]]:
    """Yields seconds of each tick, by the clock and by the processor, beside a bridge that says `content`."""
    server.setblocking(False)
    connection, pending = None, b""
    for _ in range(count):
        began, began_cpu = time.perf_counter(), time.thread_time()
        live.surface.update_display()
        yield time.perf_counter() - began, time.thread_time() - began_cpu
        try:
            if connection is None:
                connection, _ = server.accept()
                connection.setblocking(False)
                pending = (b'{"v": 1, "state": "ready"}\n' if content else b"") + content
            if pending:
                pending = pending[connection.send(pending[:1_000_000]) :]
        except OSError:  # nobody has come, or reads, or is there any more
            pass
        time.sleep(TICK_SEC)
    if connection is not None:
        connection.close()


def measure(content: bytes, count: int) -> tuple[list[float], list[float]]:
    """Returns milliseconds of ticks by the clock, and by the processor."""
    with tempfile.TemporaryDirectory() as home, socket.create_server(("127.0.0.1", 0)) as server:
        state = Path(home) / "state"
        state.mkdir()
        (state / "bridge.token").write_text("a token")
        (state / "bridge.json").write_text(json.dumps({"tcp_port": server.getsockname()[1]}))
        os.environ["AUXSEND_HOME"] = home
        live = FakeLive()
        live.add_audio(live.add_track(), write_song(Path(home) / "song.wav"), markers=MARKERS, start=0.25, end=4.0)
        seconds = list(ticks_of(live, server, content, count))
        live.surface.disconnect()
    return [1000 * clock for clock, _ in seconds], [1000 * processor for _, processor in seconds]


def main() -> None:
    """Prints a line per bridge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ticks", type=int, default=200)
    count = parser.parse_args().ticks
    for name, content in answers().items():
        clock, processor = measure(content, count)
        print(
            f"{name:26} longest {max(clock):6.2f} ms ({max(processor):5.2f} of processor), "
            f"median {statistics.median(clock):5.2f} ms, {count} ticks"
        )


if __name__ == "__main__":
    main()
