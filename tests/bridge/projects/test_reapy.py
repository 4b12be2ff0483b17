"""Stems put into a running REAPER through python-reapy, against a strict fake of it."""

import inspect
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.errors import ReaperUnreachable
from bridge.projects.reapy import FinishedSplit, insert_split, open_reaper
from bridge.projects.rpp import stem_colour
from tests.bridge.conftest import Auxsend, auxsend_environment
from tests.bridge.projects.fake_reapy import CLASSES, Api, FakeReapy, World, new_item, new_track
from tests.bridge.projects.reapy_package import Names, fetch_names
from tests.conftest import WriteWav
from tests.daw_scripts.reascript_api import fetch_api

STEMS = ("drums", "bass", "other", "vocals")


@pytest.fixture
def split(tmp_path: Path) -> FinishedSplit:
    song = tmp_path / "João é.wav"
    return FinishedSplit(song, {name: tmp_path / f"{name}.wav" for name in STEMS}, 12.5, is_whole=True)


def song_item(split: FinishedSplit, **fields: Any) -> dict[str, Any]:
    """A selected item that plays the song, trimmed and faster."""
    item = new_item(file=str(split.song), is_selected=True, **fields)
    item["values"] |= {"D_POSITION": 4.0, "D_LENGTH": 2.0, "D_VOL": 0.5, "D_FADEOUTLEN": 0.3}
    item["take"] |= {"D_STARTOFFS": 1.25, "D_PLAYRATE": 1.5, "D_PITCH": -2.0, "I_CHANMODE": 2.0}
    return item


def depths(world: World) -> list[float]:
    return [track["values"]["I_FOLDERDEPTH"] for track in world.tracks]


def test_stems_lie_where_the_selected_item_lies_and_as_it_is_set(split: FinishedSplit) -> None:
    item = song_item(split)
    world = World([new_track("Song", items=[item]), new_track("Next")])
    said = insert_split(FakeReapy(world), split)
    assert said == "The stems are in REAPER, at the selected item, which is muted now, at 4.000 s."
    assert [track["name"] for track in world.tracks] == ["Song", "João é stems", *STEMS, "Next"]
    assert depths(world) == [0, 1, 0, 0, 0, -1, 0]
    for track, name in zip(world.tracks[2:6], STEMS, strict=True):
        (stem,) = track["items"]
        assert track["color"] == stem_colour(name)
        assert stem["values"] == item["values"] | {"B_MUTE": 0.0}
        assert stem["take"] == item["take"]
        assert (stem["file"], stem["name"]) == (str(split.stems[name]), f"João é - {name}")
    assert item["values"]["B_MUTE"] == 1


def test_without_such_an_item_they_lie_at_the_edit_cursor(split: FinishedSplit) -> None:
    others = [
        new_item(file="/another/song.wav", is_selected=True),
        song_item(split, marker_count=1),
        song_item(split) | {"is_selected": False},
    ]
    for other in others:
        world = World([new_track("Song", items=[other])])
        assert "at the edit cursor, at 3.500 s" in insert_split(FakeReapy(world), split)
        for track in world.tracks[2:]:
            values = track["items"][0]["values"]
            assert (values["D_POSITION"], values["D_LENGTH"], values["B_LOOPSRC"]) == (3.5, 12.5, 0)
            assert track["items"][0]["take"] == new_item()["take"]
        assert other["values"]["B_MUTE"] == 0


def test_stems_of_a_part_do_not_take_the_place_of_an_item_of_the_whole(split: FinishedSplit) -> None:
    world = World([new_track("Song", items=[song_item(split)])])
    part = FinishedSplit(split.song, split.stems, 3.0, is_whole=False)
    assert "at the edit cursor" in insert_split(FakeReapy(world), part)


def test_the_item_sounds_on_if_the_user_s_setting_says_so(split: FinishedSplit) -> None:
    item = song_item(split)
    world = World([new_track("Song", items=[item])], ext_state={("AuxSend", "mute_source"): "0"})
    assert "muted" not in insert_split(FakeReapy(world), split)
    assert item["values"]["B_MUTE"] == 0


@pytest.mark.parametrize(
    ("before", "holder", "after"),
    [
        ([1, -1, 0], 1, [1, 0, 1, 0, 0, 0, -2, 0]),
        ([1, 1, -2], 2, [1, 1, 0, 1, 0, 0, 0, -3]),
        ([0], 0, [0, 1, 0, 0, 0, -1]),
    ],
)
def test_folders_stay_as_they_were(split: FinishedSplit, before: list[float], holder: int, after: list[float]) -> None:
    world = World([new_track(f"{i}", values={"I_FOLDERDEPTH": depth}) for i, depth in enumerate(before)])
    world.tracks[holder]["items"].append(song_item(split))
    insert_split(FakeReapy(world), split)
    assert depths(world) == after


def test_it_is_one_undo_step(split: FinishedSplit) -> None:
    world = World([new_track("Song", items=[song_item(split)])])
    reaper = FakeReapy(world)
    insert_split(reaper, split)
    assert [name for name, _ in world.undo] == ["AuxSend: split to stems"]
    reaper.Project().undo()
    assert world.tracks == [new_track("Song", items=[song_item(split)])]


@pytest.mark.parametrize("call", ["add_take", "PCM_Source_CreateFromFile", "item B_MUTE"])
def test_what_goes_wrong_is_said_and_taken_back(split: FinishedSplit, call: str) -> None:
    world = World([new_track("Song", items=[song_item(split)])], fail_at=call)
    with pytest.raises(ReaperUnreachable, match=rf"could not be put into REAPER \({call} went wrong\); their files"):
        insert_split(FakeReapy(world), split)
    assert world.tracks == [new_track("Song", items=[song_item(split)])]
    assert not world.is_held


# Reaching REAPER -----------------------------------------------------------------------------------------------------


def test_a_reaper_that_is_there_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeReapy(World())
    monkeypatch.setitem(sys.modules, "reapy", fake)
    assert open_reaper() is fake
    fake.world.is_reachable = False
    with pytest.raises(ReaperUnreachable, match=r"reapy\.configure_reaper"):
        open_reaper()


def test_without_python_reapy_nothing_is_split(auxsend: Auxsend, write_wav: WriteWav, tmp_path: Path) -> None:
    write_wav()
    (tmp_path / "hidden").mkdir()
    (tmp_path / "hidden/reapy.py").write_text("raise ImportError")
    search = f"{tmp_path / 'hidden'}:{_search_path()}"
    done = auxsend("split", "song.wav", "-o", "out", "--model", "fake", "--reaper", PYTHONPATH=search)
    assert (done.code, done.out) == (4, "")
    assert "pip install 'auxsend[reapy]'" in done.err
    assert not (tmp_path / "out").exists()


def test_the_command_puts_stems_in(auxsend: Auxsend, write_wav: WriteWav, tmp_path: Path) -> None:
    write_wav()
    (tmp_path / "fake").mkdir()
    (tmp_path / "fake/reapy.py").write_text(
        "from tests.bridge.projects.fake_reapy import FakeReapy, World\n"
        "_fake = FakeReapy(World())\n"
        "def __getattr__(name): return getattr(_fake, name)\n"
    )
    search = f"{tmp_path / 'fake'}:{Path(__file__).parents[3]}:{_search_path()}"
    done = auxsend("split", "song.wav", "-o", "out", "--model", "fake", "--reaper", PYTHONPATH=search)
    assert done.code == 0, done.err
    assert "The stems are in REAPER, at the edit cursor, at 3.500 s." in done.err
    assert len(done.out.splitlines()) == 4


def _search_path() -> str:
    return auxsend_environment(Path()).get("PYTHONPATH", "")


# What the fake is held to --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Names:
    return fetch_names(tmp_path_factory.mktemp("reapy"))


def public(kind: type) -> Iterator[tuple[str, Any]]:
    for owner in reversed(kind.__mro__[:-1]):
        yield from ((name, member) for name, member in vars(owner).items() if not name.startswith("_"))


def takes_the_same(function: Callable[..., Any], real: list[str]) -> bool:
    """Whether the arguments are the real one's, in number and order, and in name where a name can be given."""
    parameters = inspect.signature(function).parameters.values()
    pairs = zip(parameters, real, strict=False)
    return len(parameters) == len(real) and all(
        mine.name == name for mine, name in pairs if mine.kind is not inspect.Parameter.POSITIONAL_ONLY
    )


@pytest.mark.weights
@pytest.mark.parametrize("kind", CLASSES.values(), ids=CLASSES)
def test_the_fake_s_classes_have_what_python_reapy_s_have(names: Names, kind: type) -> None:
    real = names[kind.__name__]
    for name, member in public(kind):
        if isinstance(member, property):
            assert real[name] == ["self"]
            assert member.fset is None or f"{name} =" in real
        elif inspect.isfunction(member):
            assert takes_the_same(member, real[name]), name


@pytest.mark.weights
def test_the_fake_s_functions_are_python_reapy_s(names: Names) -> None:
    assert names["inside_reaper"].keys() >= {"__enter__", "__exit__"}
    for name in ("dist_api_is_enabled", "get_ext_state", "update_arrange"):
        assert takes_the_same(getattr(FakeReapy, name), ["self", *names[""][name]]), name


@pytest.mark.weights
def test_the_functions_of_reaper_itself_take_what_reaper_takes(tmp_path: Path) -> None:
    official = fetch_api(tmp_path)
    for name, function in public(Api):
        assert len(official[name]) == len(inspect.signature(function).parameters) - 1, name
