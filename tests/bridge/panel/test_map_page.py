"""The view Map in a real browser: two thousand samples to look at, to hear and to catch."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from bridge.library.sample import Entry
from bridge.library.store import Known, LibraryStore
from tests.bridge.panel.browser import NARROW, WIDE, opened_page, serious_findings
from tests.bridge.panel.stage import Stage, crowded
from tests.bridge.running_bridge import wait_for

COUNT = 2000


@pytest.fixture(scope="module")
def crowd(stage: Stage) -> Iterator[int]:
    """Fills the engine's library, and returns how many samples are on the map."""
    names = [f"shot {number:04}" for number in range(COUNT - len(stage.engine.library))]
    with crowded(stage, names), LibraryStore(stage.bridge.home / "data/bridge/library.sqlite") as store:
        store.save_known(Known(Entry(sample_id, path.stem, ())) for sample_id, path in stage.sounds.items())
        yield COUNT
        store.forget_known(stage.sounds)


@pytest.fixture(scope="module")
def page(browser: BrowserContext, stage: Stage, crowd: int) -> Iterator[Page]:
    with opened_page(browser, stage.link()) as opened:
        opened.click("#tab-map")
        opened.wait_for_selector(f".scatter[data-points='{crowd}']")
        yield opened


def canvas(page: Page) -> Locator:
    return page.locator(".scatter")


def place_of(page: Page, sample_id: str) -> tuple[float, float]:
    """Returns where a sample is on the screen."""
    box = canvas(page).bounding_box()
    assert box is not None
    found = canvas(page).evaluate(
        """async (canvas, id) => {
          const { ids } = await (await fetch("/media/map")).json();
          const index = ids.indexOf(id);
          return [canvas.plane.left(canvas.plane.x[index]), canvas.plane.top(canvas.plane.y[index])];
        }""",
        sample_id,
    )
    return box["x"] + found[0], box["y"] + found[1]


def test_all_samples_are_drawn_where_they_belong(page: Page, crowd: int) -> None:
    expect(page.locator(".map-resting")).to_have_text(f"{crowd:,} samples, 1 cluster")
    drawn = canvas(page).evaluate(
        """(canvas) => {
          const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
          const scale = canvas.width / canvas.clientWidth;
          const { plane } = canvas;
          const isDrawn = (index) => {
            const left = Math.round(plane.left(plane.x[index]) * scale);
            const top = Math.round(plane.top(plane.y[index]) * scale);
            return pixels[4 * (top * canvas.width + left) + 3] > 0;
          };
          return Array.from(plane.x, (_, index) => isDrawn(index)).filter(Boolean).length;
        }"""
    )
    assert drawn == crowd
    print(f"the map of {crowd} samples was drawn after {page.locator('.map').get_attribute('data-ms')} ms")


def test_resting_on_a_sample_plays_it(page: Page, stage: Stage) -> None:
    sample_id, path = next(iter(stage.sounds.items()))
    with page.expect_response(f"**/media/samples/{sample_id}") as answer:
        page.mouse.move(*place_of(page, sample_id))
    assert answer.value.status in (200, 206)
    expect(page.locator(".map-resting")).to_contain_text(path.stem)
    time_sec = "import('/assets/player.js').then(({ player }) => player.audio.currentTime)"
    assert wait_for(lambda: page.evaluate(time_sec) > 0.05, "the sample to sound")


def test_the_lasso_catches_samples_that_can_be_inserted(page: Page, stage: Stage) -> None:
    sample_id, path = next(iter(stage.sounds.items()))
    left, top = place_of(page, sample_id)
    page.mouse.move(left - 12, top - 12)
    page.keyboard.down("Shift")
    page.mouse.down()
    for corner in ((12, -12), (12, 12), (-12, 12)):
        page.mouse.move(left + corner[0], top + corner[1])
    page.mouse.up()
    page.keyboard.up("Shift")
    row = page.locator(".sample").filter(has_text=path.stem)
    expect(row).to_be_visible()
    assert page.locator(".sample").count() < 100
    host = stage.host()
    host.listen()
    row.get_by_label(f"Insert {path.stem}").click()
    order = host.order()
    assert order["deed"] == "insert_samples"
    assert [(row["sample"], row["path"]) for row in order["rows"]] == [(sample_id, str(path))]
    page.get_by_role("button", name="Clear the selection").click()
    expect(page.locator(".sample")).to_have_count(0)


def test_the_map_is_moved_by_wheel_hand_and_keys(page: Page) -> None:
    canvas(page).focus()
    view = "canvas => [canvas.plane.zoom, ...canvas.plane.centre]"
    page.keyboard.press("+")
    page.keyboard.press("+")
    zoom, x, y = canvas(page).evaluate(view)
    assert zoom == pytest.approx(1.3**2)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    _, moved_x, moved_y = canvas(page).evaluate(view)
    assert moved_x > x
    assert moved_y < y
    page.keyboard.press("0")
    assert canvas(page).evaluate(view) == [1, 0.5, 0.5]

    box = canvas(page).bounding_box()
    assert box is not None
    left, top = box["x"] + box["width"] / 4, box["y"] + box["height"] / 4
    page.mouse.move(left, top)
    before = canvas(page).evaluate("(canvas, at) => canvas.plane.placeAt(...at)", [box["width"] / 4, box["height"] / 4])
    page.mouse.wheel(0, -400)
    page.wait_for_function("canvas => canvas.plane.zoom > 2", arg=canvas(page).element_handle())
    after = canvas(page).evaluate("(canvas, at) => canvas.plane.placeAt(...at)", [box["width"] / 4, box["height"] / 4])
    assert after == pytest.approx(before, abs=0.01)  # what is below the pointer stays there
    page.mouse.down()
    page.mouse.move(left + 50, top)
    page.mouse.up()
    assert canvas(page).evaluate("(canvas, at) => canvas.plane.placeAt(...at)[0]", [box["width"] / 4, 0]) < before[0]
    page.keyboard.press("0")


def test_clusters_and_what_is_in_sight_can_be_listed_by_keys(page: Page, crowd: int) -> None:
    page.get_by_role("button", name="drums, techno").press("Enter")
    expect(page.locator(".caught-words")).to_have_text(f"{crowd // 2:,} samples, the first 250 of them:")
    canvas(page).press("Escape")
    expect(page.locator(".sample")).to_have_count(0)  # or its rows could still move while the next list comes
    page.keyboard.press("Enter")
    expect(page.locator(".caught-words")).to_contain_text(f"{crowd:,} samples")
    expect(page.locator(".sample")).to_have_count(250)
    page.locator(".sample button").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".sample:nth-child(2) button").first).to_be_focused()
    canvas(page).press("Escape")
    expect(page.locator(".sample")).to_have_count(0)


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "dark"), (NARROW, "light")])
def test_nobody_is_kept_out(browser: BrowserContext, stage: Stage, crowd: int, size: Any, theme: Any) -> None:
    with opened_page(browser, stage.link(), size, theme) as page:
        page.click("#tab-map")
        page.wait_for_selector(f".scatter[data-points='{crowd}']")
        canvas(page).focus()
        for _ in range(10):
            page.keyboard.press("+")
        page.keyboard.press("Enter")  # lists the few that are still in sight
        page.wait_for_selector(".sample")
        assert serious_findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
