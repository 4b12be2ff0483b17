"""The view Library in a real browser: folders that are scanned in the bridge, and a table of every sample."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.bridge.panel.browser import NARROW, WIDE, opened_page, serious_findings
from tests.bridge.panel.stage import Stage, crowded, write_sounds

COUNT = 3000
NAMES = tuple(f"take {number:04}" for number in range(COUNT))


@pytest.fixture(scope="module")
def many(stage: Stage) -> Iterator[list[str]]:
    """Fills the engine's library; the names in it, in order."""
    with crowded(stage, NAMES):
        yield sorted(sample.name for sample in stage.engine.library.values())


@pytest.fixture(scope="module")
def page(browser: BrowserContext, stage: Stage, many: list[str]) -> Iterator[Page]:
    """A page of all tests here, since opening one takes longer than most of them."""
    with opened_page(browser, stage.link()) as opened:
        opened.click("#tab-library")
        opened.wait_for_selector(".library-words")
        yield opened


def shown(page: Page) -> dict[int, str]:
    """Returns the names in the table by their place in the list."""
    rows = page.locator(".table-scroll .table-row:has(.table-name)")
    texts = rows.evaluate_all(
        "rows => rows.map((row) => [Number(row.dataset.index), row.querySelector('.table-name').textContent])"
    )
    return dict(texts)


@pytest.mark.parametrize(
    ("size", "theme", "parts"),
    [(WIDE, "light", ("Folders", "Models and engine")), (NARROW, "dark", ("Samples", "Folders"))],
)
def test_nobody_is_kept_out(browser: BrowserContext, stage: Stage, size: Any, theme: Any, parts: Any) -> None:
    with opened_page(browser, stage.link(), size, theme) as page:
        page.click("#tab-library")
        page.locator(".table-scroll .table-name").first.wait_for()
        for part in parts:
            page.get_by_role("button", name=part, exact=True).click()
            assert serious_findings(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_table_scrolls_through_all_samples_and_holds_few_of_them(page: Page, many: list[str]) -> None:
    table = page.get_by_role("grid", name="Samples of the library")
    expect(table).to_have_attribute("aria-rowcount", str(len(many) + 1))
    assert shown(page) == {place: many[place] for place in shown(page)}
    for place in (1500, len(many) - 1, 40):
        page.locator(".table-scroll").evaluate("(scroll, top) => (scroll.scrollTop = top)", place * 30)
        row = page.locator(f"[data-index='{place}'] .table-name")
        expect(row).to_have_text(many[place])
        found = shown(page)
        assert found == {place: many[place] for place in found}
        assert len(found) < 80


def test_the_table_is_walked_by_keys(page: Page, many: list[str], stage: Stage) -> None:
    page.locator(".table-scroll").evaluate("scroll => (scroll.scrollTop = 0)")
    page.locator(".table-scroll [data-index='0'] .table-name").wait_for()
    page.locator("[data-index='0']").focus()
    page.keyboard.press("End")
    expect(page.locator(":focus .table-name")).to_have_text(many[-1])
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    expect(page.locator(":focus .table-name")).to_have_text(many[1])
    page.keyboard.press(" ")  # one that is on this machine
    expect(page.locator(":focus")).to_have_class("table-row is-playing")
    host = stage.host()
    host.listen()
    page.wait_for_selector(".table-row button[aria-label^='Insert']:enabled")
    page.keyboard.press("Enter")
    (row,) = host.order()["rows"]
    assert row["name"] == many[1]


def test_a_sample_that_cannot_be_kept_is_said_and_then_goes_in(page: Page, many: list[str], stage: Stage) -> None:
    place = many.index("take 0700")
    page.locator(".table-scroll").evaluate("(scroll, top) => (scroll.scrollTop = top)", place * 30)
    insert = page.locator(f"[data-index='{place}'] button[aria-label='Insert take 0700']:enabled")
    host = stage.host()
    host.listen()
    folder = stage.bridge.home / "data/bridge/samples"
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_text("no folder")
    insert.click()
    expect(page.locator(".library > .said")).to_contain_text("Something unexpected happened in the bridge")
    folder.unlink()
    insert.click()
    (row,) = host.order()["rows"]
    assert (row["name"], Path(row["path"]).is_relative_to(folder)) == ("take 0700", True)


def test_filters_leave_what_fits(page: Page, many: list[str]) -> None:
    table = page.get_by_role("grid", name="Samples of the library")
    page.get_by_label("Words of names, folders and tags").fill("take 12")
    expect(table).to_have_attribute("aria-rowcount", "101")
    assert shown(page)[0] == "take 1200"
    page.get_by_label("Words of names, folders and tags").fill("")
    page.get_by_label("Kind").select_option("loop")
    expect(table).to_have_attribute("aria-rowcount", str(1 + sum("loop" in name for name in many)))
    page.get_by_label("Words of names, folders and tags").fill("nothing of this name")
    expect(table).to_have_attribute("aria-rowcount", "1")


def test_a_folder_is_added_survives_a_reload_is_stopped_and_removed(page: Page, stage: Stage, tmp_path: Path) -> None:
    folder = tmp_path / "New sounds"
    write_sounds(folder, ("cowbell", "shaker loop 90"))
    (folder / "broken.wav").write_bytes(b"RIFF and no more")
    page.get_by_role("button", name="Folders").click()
    page.get_by_label("Folder to add").fill("Samples")
    page.get_by_role("button", name="Add and scan").click()
    expect(page.locator(".library > .said")).to_have_text("Write the folder's whole path, such as /home/me/Samples.")

    stage.engine.is_endless = True
    try:
        page.get_by_label("Folder to add").fill(str(folder))
        page.get_by_role("button", name="Add and scan").click()
        page.wait_for_selector(".upkeep progress")
        page.reload()
        page.click("#tab-library")
        expect(page.locator(".upkeep-title")).to_have_text(f"Adding “{folder}”")
        page.locator(".upkeep").get_by_role("button", name="Cancel").click()
        expect(page.locator(".upkeep [role=status]")).to_contain_text("Stopped")
    finally:
        stage.engine.is_endless = False

    page.get_by_role("button", name="Scan").click()
    expect(page.locator(".upkeep [role=status]")).to_contain_text("indexed")
    page.get_by_role("button", name="Folders").click()
    expect(page.locator(".unreadable li")).to_contain_text(["broken.wav"])
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_label(f"Remove {folder}").click()
    expect(page.locator(".upkeep [role=status]")).to_contain_text("3 files taken out of the library")
    expect(page.get_by_label(f"Remove {folder}")).to_have_count(0)


def test_models_and_the_engine_are_told_in_plain_words(page: Page) -> None:
    page.get_by_role("button", name="Models and engine").click()
    expect(page.locator(".engine-words")).to_contain_text("answers.")
    expect(page.locator(".model strong")).to_have_text(["model-0", "model-1", "model-2"])
    expect(page.locator(".model").first).to_contain_text("Fetched when needed")
