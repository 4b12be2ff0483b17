"""How soon the panel's map and its table of samples answer, in a real browser.

    python -m benchmarks.panel_views [map] [table] [--one-shots FOLDER...] [--count 2000]

Without a name, both. A real bridge, a real engine without a graphics card, and Chromium without a window.

- *map*: the first COUNT audio files below the folders (see `benchmarks.library_scan`) are added to an empty library,
  listened to and laid out, which is not measured; those that are the same to the byte are one sample. Measured is from
  the opening of the view until every sample is drawn, and the drawing alone, of a map that is there already.
- *table*: a library of 100,000 made-up samples. Measured is from a filter that was set, after the pause that waits for
  the next letter, until its first rows stand in the table; from a jump of the scroll bar until the rows of that place
  do; and how evenly frames come while the table runs past as fast as a wheel turns.
"""

import argparse
import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from statistics import median

import numpy as np
from playwright.sync_api import BrowserContext, Page

from benchmarks.library import LIST_COUNT, WORDS, fill, layer
from benchmarks.library_scan import gather
from engine.library.table import SampleTable
from tests.bridge.conftest import auxsend_command, auxsend_environment
from tests.bridge.panel.browser import opened_page, started_browser
from tests.bridge.panel.stage import Stage
from tests.bridge.running_bridge import home_with_weights, running

ONE_SHOTS = Path("/usr/share/hydrogen/data/drumkits")
RUNS = 10
WAIT_MS = 600_000
IN_WORDS = "Words of names, folders and tags"
FILTERS = {
    "a word": (IN_WORDS, WORDS),
    "two words": (IN_WORDS, [f"{word} loop" for word in WORDS]),
    "no word": (IN_WORDS, ["nothing", ""]),
    "a key": ("Key", ["A minor", "C major"]),
    "a tempo": ("Tempo in BPM", ["90", "128"]),
    "a kind": ("Kind", ["loop", ""]),
}
"""Fields of the page by their labels, and what is put into them by turns; what was put into others stays."""

JUMP = """([scroll, place]) => new Promise((resolve) => {
  const begin = performance.now();
  scroll.scrollTop = place * 30;
  const look = () => {
    const isThere = scroll.querySelector(`[data-index="${place}"] .table-name`);
    if (isThere) resolve(performance.now() - begin);
    else requestAnimationFrame(look);
  };
  look();
})"""
REDRAW = """() => new Promise((resolve) => {
  const begin = performance.now();
  document.querySelector(".scatter").dispatchEvent(new WheelEvent("wheel", { deltaY: -1 }));
  requestAnimationFrame(() => resolve(performance.now() - begin));
})"""
FRAMES = """(scroll) => new Promise((resolve) => {
  const gaps = [];
  let before = performance.now();
  const step = (now) => {
    gaps.push(now - before);
    before = now;
    scroll.scrollTop += 120;
    if (gaps.length < 200) requestAnimationFrame(step);
    else resolve(gaps.slice(1));
  };
  requestAnimationFrame(step);
})"""


@contextmanager
def bridge_at(home: Path, **variables: str) -> Iterator[Stage]:
    """Yields a bridge whose engine, which it starts itself, has the user's weights."""
    with running(home_with_weights(home), **variables) as bridge:
        yield Stage(bridge)


def drawn_ms(page: Page, count: int) -> float:
    """Opens the map and returns how long it takes until all samples are drawn."""
    page.click("#tab-map")
    page.wait_for_selector(f".scatter[data-points='{count}']", timeout=WAIT_MS)
    return float(page.get_attribute(".map", "data-ms") or "nan")


def measure_map(browser: BrowserContext, folder: Path, one_shots: list[Path], count: int) -> None:
    files = folder / "one-shots"
    files.mkdir(parents=True)
    gather(one_shots, count, files)
    with bridge_at(folder / "home", AUXSEND_DEVICE="cpu") as stage:
        environment = auxsend_environment(folder / "home")
        subprocess.run(auxsend_command("library", "add", files), env=environment, check=True)
        made = subprocess.run(
            auxsend_command("library", "map", "--json"), env=environment, check=True, stdout=subprocess.PIPE
        )
        count = len(json.loads(made.stdout)["points"])
        times_ms = []
        for _ in range(RUNS):
            with opened_page(browser, stage.link()) as page:
                times_ms.append(drawn_ms(page, count))
                again_ms = float(page.evaluate(REDRAW))
        print(f"map of {count} one-shots: opened and drawn in {median(times_ms):.0f} ms (longest {max(times_ms):.0f}), "
              f"drawn again in {again_ms:.0f} ms")  # fmt: skip


def measure_table(browser: BrowserContext, folder: Path) -> None:
    random = np.random.default_rng(2)
    location = str(folder / "library")
    fill(location, layer(LIST_COUNT, random), random)
    SampleTable(location).optimise()
    with bridge_at(folder / "home", AUXSEND_LIBRARY=location) as stage, opened_page(browser, stage.link()) as page:
        page.click("#tab-library")
        page.get_by_role("button", name="Models and engine").click()
        page.get_by_role("button", name="Start it").click()
        page.wait_for_selector(".model", timeout=WAIT_MS)
        page.get_by_role("button", name="Samples", exact=True).click()
        page.wait_for_selector(".table[data-ms]", timeout=WAIT_MS)
        measure_filters(page)
        page.reload()
        page.click("#tab-library")
        page.wait_for_selector(".table-scroll .table-name", timeout=WAIT_MS)
        measure_scrolling(page)


def measure_filters(page: Page) -> None:
    for name, (label, values) in FILTERS.items():
        times_ms = []
        for value in islice(cycle(values), RUNS):
            page.evaluate("delete document.querySelector('.table').dataset.ms")
            field = page.get_by_label(label, exact=True)
            field.select_option(value) if label in ("Key", "Kind") else field.fill(value)
            page.wait_for_selector(".table[data-ms]", timeout=WAIT_MS)
            times_ms.append(float(page.get_attribute(".table", "data-ms") or "nan"))
        print(f"{LIST_COUNT:,} samples, {name}: {median(times_ms):.0f} ms (longest {max(times_ms):.0f})", flush=True)


def measure_scrolling(page: Page) -> None:
    scroll = page.locator(".table-scroll").element_handle()
    places = np.random.default_rng(4).integers(0, LIST_COUNT, RUNS).tolist()
    times_ms = [float(page.evaluate(JUMP, [scroll, place])) for place in places]
    print(f"{LIST_COUNT:,} samples, a jump: {median(times_ms):.0f} ms (longest {max(times_ms):.0f})")
    gaps_ms = np.array(page.evaluate(FRAMES, scroll))
    print(
        f"frames while scrolling: median {np.median(gaps_ms):.1f} ms, 95th percentile {np.quantile(gaps_ms, 0.95):.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=["map", "table", []], help="what to measure")
    parser.add_argument("--one-shots", nargs="+", type=Path, default=[ONE_SHOTS])
    parser.add_argument("--count", type=int, default=2000)
    options = parser.parse_args()
    parts = options.parts or ["map", "table"]
    with tempfile.TemporaryDirectory() as name, started_browser() as browser:
        if "table" in parts:
            measure_table(browser, Path(name) / "table")
        if "map" in parts:
            measure_map(browser, Path(name) / "map", options.one_shots, options.count)


if __name__ == "__main__":
    main()
