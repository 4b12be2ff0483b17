"""What the panel costs: how soon a selection is on the page, and what an open page takes of the bridge's memory.

    python -m benchmarks.panel [--events 1000] [--minutes 60]

A real bridge and a real Chromium without a window; the engine is the one of the tests, which answers at once, so that
times are the bridge's and the browser's own: from the request at the bridge's HTTP front until rows for what is
selected stand on the page. Events are selections, each of which asks the engine and draws rows, and jobs of searches,
by turns, as fast as the bridge takes them or spread over the minutes that are given. Linux only: sizes are read from
/proc.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tests.bridge.panel.browser import opened_page, started_browser
from tests.bridge.panel.stage import Host, Stage, elapsed_ms, staged_panel
from tests.bridge.running_bridge import request, wait_for

RUNS = 20
JOBS_IN_FLIGHT = 20


def resident_mb(stage: Stage) -> float:
    """Returns the size of the bridge in memory."""
    pages = int(Path(f"/proc/{stage.bridge.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def time_selection(page: Page, host: Host, song: Path, name: str) -> float:
    """Returns how long it takes from a push until rows for it stand on the page, in milliseconds."""
    begin = time.monotonic()
    host.select(song, name)
    page.wait_for_function(
        "name => document.querySelector('.seed-name')?.textContent === name"
        " && document.querySelector('.grid:not(.is-old) .row')",
        arg=name,
    )
    return elapsed_ms(begin)


def push_events(stage: Stage, page: Page, host: Host, count: int, minutes: float) -> float:
    """Pushes selections and jobs by turns until the page shows the last; returns the bridge's largest size, in MB."""
    songs = list(stage.sounds.values())
    job_ids: list[str] = []
    begin, largest_mb = time.monotonic(), 0.0
    for number in range(count):
        page.wait_for_timeout(max(0.0, 1000 * (begin + 60 * minutes * number / count - time.monotonic())))
        largest_mb = max(largest_mb, resident_mb(stage))
        if number % 2:
            host.select(songs[number % len(songs)], f"event {number}")
            continue
        job_ids.append(_begin_search(stage))
        if len(job_ids) % JOBS_IN_FLIGHT == 0:
            wait_for(_has_ended(stage, job_ids[-1]), "a search")
    time_selection(page, host, songs[0], "the last")
    return max(largest_mb, resident_mb(stage))


def _begin_search(stage: Stage) -> str:
    document = request("search", {"text": "loop", "is_fetched": False})
    status, answer = stage.bridge.http("POST", "/v1/requests", json.dumps(document).encode())
    assert status == 200, answer
    return str(document["id"])


def _has_ended(stage: Stage, job_id: str) -> Callable[[], bool]:
    return lambda: stage.bridge.http("GET", f"/v1/jobs/{job_id}")[1]["state"] == "done"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=0.0, help="over which the events are spread")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, staged_panel(Path(folder)) as stage, started_browser() as browser:
        print(f"bridge, panel closed            {resident_mb(stage):6.0f} MB")
        host, songs = stage.host(), list(stage.sounds.values())
        host.listen()
        begin = time.monotonic()
        with opened_page(browser, stage.link()) as page:
            page.wait_for_selector(".suggest")
            print(f"first page, from link to view   {elapsed_ms(begin):6.0f} ms")
            time_selection(page, host, songs[0], "warm-up")
            times_ms = [time_selection(page, host, songs[n % len(songs)], f"clip {n}") for n in range(RUNS)]
            print(f"selection to rows, median       {statistics.median(times_ms):6.0f} ms ({RUNS} times)")
            print(f"bridge, page open               {resident_mb(stage):6.0f} MB", flush=True)
            largest_mb = push_events(stage, page, host, arguments.events, arguments.minutes)
            print(f"bridge, after {arguments.events:5} events       {resident_mb(stage):6.0f} MB")
            print(f"bridge, at its largest          {largest_mb:6.0f} MB")


if __name__ == "__main__":
    main()
