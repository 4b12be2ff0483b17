"""Pictures of the panel for its page in the documentation: `make screenshots`.

    python -m tests.bridge.panel.screenshots [--samples FOLDER...] [--count 240] [--views VIEW...] [--work FOLDER]

A real bridge and a real engine, on the user's own weights, with a library of one-shots (Debian's hydrogen-drumkits,
unless other folders are named) and of loops that the instruments of AuxSend's demo piece play. Every view, light and
dark, wide and narrow, goes to docs/images/panel-VIEW-THEME-WIDTH.png; 256 colours keep the repository small. What
takes minutes (listening to the samples, the jobs) stays in the folder --work for the next time.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import soundfile as sf
from PIL import Image
from playwright.sync_api import BrowserContext, Page

from bridge.demo.instruments import SAMPLE_RATE_HZ
from bridge.demo.player import PIECE, play
from bridge.demo.score import Score, read_score
from bridge.library.walk import FoundFile, walk
from bridge.panel.views import VIEWS
from tests.bridge.conftest import auxsend_command, auxsend_environment
from tests.bridge.panel.browser import NARROW, THEMES, WIDE, opened_page, started_browser
from tests.bridge.panel.stage import Stage
from tests.bridge.running_bridge import request, running

KITS = Path("/usr/share/hydrogen/data/drumkits")
PICTURES = Path(__file__).parents[3] / "docs/images"
COLOURS = 256
SETTLE_MS = 1_500
LONGEST_SEC = 1_200
LOOP_BEATS = 8
TEMPOS_BPM = (88, 92, 104, 118, 124)
SIGNS = {"map": ("[data-points]",), "jobs": (".job",), "library": (".number",)}
INSTRUMENTS = ("voice", "keys", "bass", "kick", "snare", "hat")


def gather(folders: list[Path], count: int, target: Path) -> None:
    """Copies one-shots, spread evenly over the folders, and plays the demo piece's instruments as loops beside them."""
    paths = [Path(found.path) for folder in folders for found in walk(folder) if isinstance(found, FoundFile)]
    for path in paths[:: max(1, len(paths) // count)][:count]:
        place = target / "Kits" / path.parent.name
        place.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place / path.name)
    (target / "Loops").mkdir(parents=True)
    score, piece_bpm = read_score(PIECE), json.loads(PIECE.read_text(encoding="utf-8"))["quarter_bpm"]
    for tempo_bpm in TEMPOS_BPM:
        for instrument in INSTRUMENTS:
            loop = play(_loop(score, instrument, piece_bpm / tempo_bpm, 60 / tempo_bpm * LOOP_BEATS))
            name = f"{instrument.capitalize()} loop {tempo_bpm} bpm.wav"
            length = round(60 / tempo_bpm * LOOP_BEATS * SAMPLE_RATE_HZ)
            sf.write(target / "Loops" / name, loop[:, :length].T, SAMPLE_RATE_HZ, "PCM_16")


def _loop(score: Score, instrument: str, stretch: float, length_sec: float) -> Score:
    """Returns what one instrument plays at its beginning, so much slower."""
    part = [note for note in score.notes if note.instrument == instrument]
    first_sec = min(note.onset_sec for note in part)
    notes = tuple(
        replace(note, onset_sec=(note.onset_sec - first_sec) * stretch, duration_sec=note.duration_sec * stretch)
        for note in part
        if (note.onset_sec - first_sec) * stretch < length_sec
    )
    return replace(score, notes=notes, duration_sec=length_sec)


@contextmanager
def served_engine(folder: Path) -> Iterator[str]:
    """Starts an engine with a library of its own and yields its address."""
    command = [sys.executable, "-P", "-m", "engine", "--port", "0", "--ready-line", "--exit-with-stdin"]
    with subprocess.Popen(
        [*command, "--data-dir", str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["address"]
        process.stdin.close()


def prepare(stage: Stage, environment: dict[str, str], samples: Path, song: Path) -> None:
    """Fills the library, and lets jobs of a song be done."""
    command = auxsend_command("library", "add", samples)
    subprocess.run(command, env=environment, check=True, timeout=LONGEST_SEC)
    for verb, model in (("split", ""), ("transcribe", "basic-pitch")):
        clip = {"file": str(song), "length_sec": 6.0}
        params = {"clip": clip, "name": "Send and return", "folder": str(song.parent), "model": model}
        document = request(verb, params, host="reaper")
        assert stage.bridge.http("POST", "/v1/requests", json.dumps(document).encode())[0] == 200
        _wait(stage, str(document["id"]))


def _wait(stage: Stage, job_id: str) -> None:
    """Returns when a job is done, which on a slow machine takes minutes."""
    deadline_sec = time.monotonic() + LONGEST_SEC
    while (job := stage.bridge.http("GET", f"/v1/jobs/{job_id}")[1])["state"] != "done":
        assert not job["error"], job["error"]
        assert time.monotonic() < deadline_sec, job
        time.sleep(0.5)


def photograph(browser: BrowserContext, stage: Stage, song: Path, views: list[str]) -> None:
    """Takes every view in every look, beside a DAW in which a song is selected."""
    host, project = stage.host(), song.parent / "Send and return.RPP"
    host.select(song, "Send and return", quarter_bpm=104.0, key="A minor", project=str(project))
    with opened_page(browser, stage.link()) as page:
        page.wait_for_selector(".row", timeout=1000 * LONGEST_SEC)
        for view in views:
            host.listen()
            page.click(f"#tab-{view}")
            _unfold(page, view)
            for width, height in (WIDE, NARROW):
                page.set_viewport_size({"width": width, "height": height})
                for theme in THEMES:
                    page.emulate_media(color_scheme=theme)
                    page.wait_for_timeout(SETTLE_MS)
                    name = "wide" if width == WIDE[0] else "narrow"
                    _take(page, PICTURES / f"panel-{view}-{theme}-{name}.png")


def _unfold(page: Page, view: str) -> None:
    """Waits until a view shows what it is for."""
    for selector in SIGNS.get(view, ()):
        page.wait_for_selector(f"#view-{view} {selector}", timeout=1000 * LONGEST_SEC)
    folded = page.locator(f"#view-{view} .job [aria-expanded=false]")
    while folded.count():
        folded.first.click()


def _take(page: Page, path: Path) -> None:
    page.screenshot(path=path)
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", nargs="+", type=Path, default=[KITS])
    parser.add_argument("--count", type=int, default=240)
    parser.add_argument("--views", nargs="+", default=[view.name for view in VIEWS])
    parser.add_argument("--work", type=Path, help="where what takes minutes stays")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = arguments.work or Path(name)
        home, samples, song = folder / "home", folder / "Samples", folder / "Send and return/mix.wav"
        if not song.exists():
            gather(arguments.samples, arguments.count, samples)
            song.parent.mkdir()
            sf.write(song, play(read_score(PIECE)).T[: 8 * SAMPLE_RATE_HZ], SAMPLE_RATE_HZ, "PCM_24")
        with (
            served_engine(folder / "engine") as address,
            running(home, AUXSEND_ENGINE=address) as bridge,
            started_browser() as browser,
        ):
            stage = Stage(bridge)
            if not stage.bridge.http("GET", "/v1/jobs")[1]["jobs"]:
                prepare(stage, auxsend_environment(home, AUXSEND_ENGINE=address), samples, song)
            photograph(browser, stage, song, arguments.views)


if __name__ == "__main__":
    main()
