"""The view Jobs in a real browser, before a real bridge and a real engine with models that take no time."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.bridge.conftest import TOKEN
from tests.bridge.panel.browser import NARROW, WIDE, opened_page, serious_findings
from tests.bridge.panel.stage import Stage
from tests.bridge.panel.stand_in_player import install_player
from tests.bridge.running_bridge import request, running, split_request, wait_for

SONG_SEC = 25.0
RATE_HZ = 44_100


@pytest.fixture(scope="module")
def studio(engine_address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A bridge with a real engine, and something that plays notes."""
    folder = tmp_path_factory.mktemp("studio")
    variables = {"AUXSEND_ENGINE": engine_address, "AUXSEND_TOKEN": TOKEN} | install_player(folder)
    with running(folder / "home", **variables) as bridge:
        yield Stage(bridge)


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("project") / "song.wav"
    noise = np.random.default_rng(5).uniform(-0.5, 0.5, (round(SONG_SEC * RATE_HZ), 2))
    sf.write(path, noise, RATE_HZ, "PCM_16")
    return path


@pytest.fixture(scope="module")
def page(browser: BrowserContext, studio: Stage) -> Iterator[Page]:
    with opened_page(browser, studio.link()) as opened:
        opened.click("#tab-jobs")
        opened.wait_for_selector(".jobs")
        yield opened


def ask(stage: Stage, document: dict[str, Any]) -> str:
    """Sends a request as a DAW's script does, and returns its id."""
    status, answer = stage.bridge.http("POST", "/v1/requests", json.dumps(document).encode())
    assert status == 200, answer
    return str(document["id"])


def job_of(page: Page, job_id: str, state: str = "") -> Locator:
    return page.locator(f'[data-job="{job_id}"]' + (f'[data-state="{state}"]' if state else ""))


def done(page: Page, job_id: str) -> Locator:
    """Returns a job that is done, with all that came of it."""
    job = job_of(page, job_id, "done")
    job.wait_for()
    job.locator(".job-head .icon-button").first.click()
    return job


WATCH_PROGRESS = """(id) => {
  window.seen = [];
  new MutationObserver(() => {
    const bar = document.querySelector(`[data-job="${id}"] [role=progressbar]`);
    if (bar) window.seen.push(Number(bar.getAttribute("aria-valuenow")));
  }).observe(document.querySelector(".jobs"), { subtree: true, childList: true, attributes: true });
}"""

RESIDUAL = """async (stems) => {
  const { mixer } = stems;
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const analyser = new AnalyserNode(mixer.context, { fftSize: 8192 });
  mixer.output.connect(analyser);
  const heard = async (levelOfMix) => {
    for (const lane of mixer.lanes) {
      lane.gain.gain.cancelScheduledValues(0);
      lane.gain.gain.setValueAtTime(lane.name === "mix" ? levelOfMix : 1, mixer.context.currentTime);
    }
    await pause(500);
    const samples = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(samples);
    return Math.max(...samples.map(Math.abs));
  };
  return { sum: await heard(0), residual: await heard(-1) };
}"""


def test_a_real_split_shows_progress_and_its_stems_play_to_the_sample(page: Page, studio: Stage, song: Path) -> None:
    document = split_request(song, song.parent, SONG_SEC, name="Chorus")
    page.evaluate(WATCH_PROGRESS, document["id"])
    job = done(page, ask(studio, document))
    assert any(0 < percent < 100 for percent in page.evaluate("window.seen"))
    expect(job.locator(".job-title")).to_have_text("Split “Chorus”")
    expect(job.locator(".lane-name")).to_have_text(["drums", "bass", "other", "vocals"])

    stems = job.locator(".stems")
    stems.get_by_label("Play").click()
    stems.get_by_label("Pause").wait_for()
    page.wait_for_function("stems => stems.mixer.positionSec > 0.3", arg=stems.element_handle())
    positions = stems.evaluate("stems => stems.mixer.positions()")
    assert set(positions) == {"drums", "bass", "other", "vocals", "mix"}
    assert len(set(positions.values())) == 1
    # The stems of this model sum to the mix: played against it, nothing is left if all are at the same sample.
    levels = stems.evaluate(RESIDUAL)
    assert levels["sum"] > 0.3
    assert levels["residual"] < 1e-3
    stems.get_by_label("Pause").click()


def test_stems_can_be_heard_alone_muted_and_compared(page: Page, studio: Stage, song: Path) -> None:
    stems = done(page, ask(studio, split_request(song, song.parent, 3.0))).locator(".stems")
    levels = "stems => Object.fromEntries(stems.mixer.lanes.map((lane) => [lane.name, stems.mixer.levelOf(lane)]))"
    assert stems.evaluate(levels) == {"drums": 1, "bass": 1, "other": 1, "vocals": 1, "mix": 0}
    stems.get_by_label("Mute bass").click()
    stems.get_by_label("Volume of drums").fill("0.5")
    assert stems.evaluate(levels) == {"drums": 0.5, "bass": 0, "other": 1, "vocals": 1, "mix": 0}
    stems.get_by_label("Solo vocals").click()
    assert stems.evaluate(levels) == {"drums": 0, "bass": 0, "other": 0, "vocals": 1, "mix": 0}
    stems.get_by_role("button", name="Mix").click()
    assert stems.evaluate(levels) == {"drums": 0, "bass": 0, "other": 0, "vocals": 0, "mix": 1}
    stems.get_by_label("Position").fill("1.5")
    assert set(stems.evaluate("stems => Object.values(stems.mixer.positions())")) == {1.5}


def test_a_result_is_inserted_and_asked_for_again(page: Page, studio: Stage, song: Path) -> None:
    job_id = ask(studio, split_request(song, song.parent, 2.0, name="Bridge"))
    job_of(page, job_id, "done").wait_for()
    host = studio.host()
    host.listen()
    job_of(page, job_id).get_by_label("Insert Split “Bridge”").click()
    order = host.order()
    assert (order["deed"], order["job"]["id"]) == ("insert_job", job_id)
    assert [stem["name"] for stem in order["job"]["result"]["stems"]] == ["drums", "bass", "other", "vocals"]

    job_of(page, job_id).get_by_label("Do it again: Split “Bridge”").click()
    again = page.locator(".job").filter(has_text="Split “Bridge”")
    expect(again).to_have_count(2)
    newest = again.first
    expect(newest).to_have_attribute("data-state", "done")
    assert newest.get_attribute("data-job") != job_id
    newest.get_by_label("Forget Split “Bridge”").click()
    expect(again).to_have_count(1)


def test_notes_are_drawn_played_and_inserted_one_candidate_at_a_time(page: Page, studio: Stage, song: Path) -> None:
    notes = [{"pitch": 60 + n % 5, "velocity": 90, "onset_sec": n / 2, "duration_sec": 0.4} for n in range(16)]
    params = {"notes": notes, "name": "Tune", "folder": str(song.parent), "model": "fake-melody", "candidates": 2}
    job = done(page, ask(studio, request("continue", params)))
    rolls = job.locator(".roll")
    expect(rolls).to_have_count(2)
    page.wait_for_function("canvas => canvas.dataset.notes > 0", arg=rolls.nth(1).locator("canvas").element_handle())
    rolls.nth(1).get_by_label("Play Candidate 2").click()
    rolls.nth(1).get_by_label("Pause Candidate 2").wait_for()
    rolls.nth(1).get_by_label("Play Candidate 2").wait_for()  # the stand-in plays a second

    host = studio.host()
    host.listen()
    rolls.nth(1).get_by_label("Insert Candidate 2").click()
    (candidate,) = host.order()["job"]["result"]["candidates"]
    shown = studio.bridge.http("GET", f"/v1/jobs/{job.get_attribute('data-job')}")[1]["result"]["candidates"]
    assert candidate == shown[1]


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (NARROW, "dark")])
def test_nobody_is_kept_out(browser: BrowserContext, studio: Stage, song: Path, size: Any, theme: Any) -> None:
    split_id = ask(studio, split_request(song, song.parent, 2.0))
    with opened_page(browser, studio.link(), size, theme) as page:
        page.click("#tab-jobs")
        done(page, split_id)
        assert serious_findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_page_that_is_loaded_again_shows_the_same_job(browser: BrowserContext, stage: Stage, song: Path) -> None:
    stage.engine.is_endless = True
    try:
        with opened_page(browser, stage.link()) as page:
            page.click("#tab-jobs")
            job_id = ask(stage, split_request(song, song.parent, 2.0, model="model-0"))
            job_of(page, job_id, "running").wait_for()
            page.reload()
            if page.get_attribute("#tab-jobs", "aria-selected") != "true":
                page.click("#tab-jobs")
            job = job_of(page, job_id, "running")
            expect(job.get_by_role("progressbar")).not_to_have_attribute("aria-valuenow", "0")
            job.get_by_role("button", name="Cancel").click()
            job_of(page, job_id, "cancelled").wait_for()
        assert wait_for(lambda: stage.engine.cancelled, "the engine to hear of it")
    finally:
        stage.engine.is_endless = False
