"""The library as the page gets it."""

from pathlib import Path
from typing import Any

import pytest

from bridge.codec import Model
from bridge.library.place import LibraryPlace
from bridge.library.sample import Entry
from bridge.library.store import File, Known, LibraryStore, Trouble
from bridge.panel.engine_watch import EngineState, EngineView
from bridge.panel.library_state import MOST_UNREADABLE, contents_state, engine_state, models_state


def model(name: str, task: str, **changes: Any) -> Model:
    values: dict[str, Any] = dict.fromkeys(Model.__dataclass_fields__, "") | {
        "name": name, "task": task, "outputs": (), "is_installed": False, "is_default": False, "download_bytes": 0,
        "sample_rate_hz": 44_100,
    }  # fmt: skip
    return Model(**(values | changes))


def test_folders_and_what_cannot_be_read_are_told(tmp_path: Path) -> None:
    place = LibraryPlace(tmp_path / "library.sqlite", tmp_path / "samples")
    gone, here = str(tmp_path / "gone"), str(tmp_path)
    with LibraryStore(place.database) as store:
        store.add_folder(here)
        store.save_files([
            File(f"{here}/kick.wav", here, 1, 1, "a" * 64, 0.5),
            File(f"{here}/noise.wav", here, 1, 1, reason="It is noise."),
        ])  # fmt: skip
        store.set_troubles(here, [Trouble(gone, "It cannot be opened.")])
        store.save_known([Known(Entry("a" * 64, "kick", ("Drums",)))])
    found = contents_state(place)
    assert found["folders"] == [{"path": here, "file_count": 2, "is_there": True}]
    assert (found["sample_count"], found["indexed_count"], found["unreadable_count"]) == (1, 1, 2)
    assert found["unreadable"] == [
        {"path": gone, "reason": "It cannot be opened."}, {"path": f"{here}/noise.wav", "reason": "It is noise."},
    ]  # fmt: skip


def test_no_more_unreadable_files_are_named_than_a_page_holds(tmp_path: Path) -> None:
    place = LibraryPlace(tmp_path / "library.sqlite", tmp_path / "samples")
    with LibraryStore(place.database) as store:
        store.save_files(
            File(f"/music/{number:04}.wav", "/music", 1, 1, reason="It is noise.") for number in range(300)
        )
    found = contents_state(place)
    assert (found["unreadable_count"], len(found["unreadable"])) == (300, MOST_UNREADABLE)


def test_models_come_by_task_with_the_default_first() -> None:
    found = models_state([
        model("b", "tagging"), model("z", "separation", is_default=True, licence="MIT"), model("a", "separation"),
    ])  # fmt: skip
    assert [each["name"] for each in found] == ["z", "a", "b"]
    assert (found[0]["licence"], found[0]["is_installed"]) == ("MIT", False)


@pytest.mark.parametrize(
    ("view", "sentence"),
    [
        (EngineView(EngineState.HERE, "studio:50551", ""), "The engine at studio:50551 answers."),
        (EngineView(EngineState.HERE, "", ""), "The engine on this machine answers."),
        (EngineView(EngineState.AWAY, "studio:50551", "It went away."), "It went away."),
        (EngineView(EngineState.ASLEEP, "", ""), "No engine runs; one starts on this machine when something needs it."),
    ],
)
def test_the_engine_is_told_in_a_sentence(view: EngineView, sentence: str) -> None:
    assert engine_state(view)["sentence"] == sentence
