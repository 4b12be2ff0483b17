"""What is learnt from projects, and that it is learnt once."""

import shutil
from pathlib import Path

import pytest

from bridge.errors import RequestRefused
from bridge.events import Event, Notice
from bridge.library.learn import Learnt, find_uses, teach
from bridge.library.place import LibraryPlace
from bridge.library.rows import project_id
from bridge.library.scan import add_folders, scan
from bridge.library.store import LibraryStore
from bridge.library_client import LibraryClient
from tests.bridge.fake_engine import FakeEngine
from tests.bridge.library.conftest import Connect, MakeSample, digest_of
from tests.bridge.projects.test_als import live_12, live_set
from tests.bridge.projects.test_references import reaper_project


def unheard(event: Event) -> None:
    assert not isinstance(event, Notice), event


@pytest.fixture
async def store(place: LibraryPlace, make_sample: MakeSample, tmp_path: Path) -> LibraryStore:
    """A library of three samples, in `music`."""
    for name in ("kick.wav", "snare.wav", "pad.wav"):
        make_sample(name)
    store = LibraryStore(place.database)
    await scan(store, add_folders(store, [tmp_path / "music"]), unheard)
    return store


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    (tmp_path / "songs").mkdir()
    return tmp_path / "songs"


def learn(folder: Path, store: LibraryStore) -> tuple[Learnt, dict[str, set[str]]]:
    """Returns what was learnt, and the samples by project id."""
    learnt = Learnt()
    return learnt, {uses.project_id: set(uses.sample_ids) for uses in find_uses(folder, store, learnt, unheard)}


async def test_samples_count_by_path_by_sound_and_by_name(store: LibraryStore, songs: Path, tmp_path: Path) -> None:
    music = tmp_path / "music"
    shutil.copy(music / "snare.wav", songs / "collected.wav")
    (songs / "vocals.wav").write_bytes(b"a recording")
    first = reaper_project(
        songs / "a.RPP", str(music / "kick.wav"), "collected.wav", "vocals.wav", "/gone/pad.wav", "/gone/bass.wav"
    )
    second = live_set(songs, live_12(str(music / "kick.wav")), live_12(str(music / "kick.wav")))
    learnt, found = learn(songs, store)
    kick, snare, pad = (digest_of(music / name) for name in ("kick.wav", "snare.wav", "pad.wav"))
    assert found == {project_id(str(first)): {kick, snare, pad}, project_id(str(second)): {kick}}
    assert (learnt.projects, learnt.uses) == (2, 4)
    assert learnt.outside == {songs / "vocals.wav"}
    assert learnt.missing == {"bass.wav"}


async def test_a_name_that_several_samples_have_says_nothing(
    store: LibraryStore, songs: Path, make_sample: MakeSample, tmp_path: Path
) -> None:
    make_sample("other kit/kick.wav")
    await scan(store, [str(tmp_path / "music")], unheard)
    reaper_project(songs / "a.RPP", "/gone/kick.wav")
    learnt, found = learn(songs, store)
    assert list(found.values()) == [set()]
    assert learnt.missing == {"kick.wav"}


async def test_a_damaged_project_is_said_and_the_others_count(store: LibraryStore, songs: Path, tmp_path: Path) -> None:
    reaper_project(songs / "a.RPP", str(tmp_path / "music/kick.wav"))
    (songs / "b.als").write_bytes(b"broken")
    heard: list[Event] = []
    learnt = Learnt()
    assert len(list(find_uses(songs, store, learnt, heard.append))) == 1
    assert (learnt.projects, learnt.unreadable) == (1, 1)
    (notice,) = (event for event in heard if isinstance(event, Notice))
    assert "b.als" in notice.message


async def test_uses_are_taught_once_and_new_ones_later(
    engine: FakeEngine, connect: Connect, store: LibraryStore, place: LibraryPlace, songs: Path, tmp_path: Path
) -> None:
    music = tmp_path / "music"
    path = reaper_project(songs / "a.RPP", str(music / "kick.wav"), str(music / "snare.wav"))

    async def teach_all() -> int:
        found = list(find_uses(songs, store, Learnt(), unheard))
        async with connect() as client:
            return await teach(found, LibraryClient(client), place)

    assert await teach_all() == 2
    assert await teach_all() == 0
    (kick, _) = (use for uses in engine.uses.values() for use in uses)
    assert (kick.project_id, kick.user_id, kick.kind) == (project_id(str(path)), "ana", 1)
    assert kick.use_time.ToNanoseconds() == pytest.approx(path.stat().st_mtime_ns, abs=1000)
    reaper_project(songs / "a.RPP", str(music / "kick.wav"), str(music / "snare.wav"), str(music / "pad.wav"))
    assert await teach_all() == 1
    assert sum(len(uses) for uses in engine.uses.values()) == 3


@pytest.mark.parametrize(("name", "sentence"), [("none", "There is no folder"), (".", "There is no project")])
async def test_a_folder_without_projects_is_refused(name: str, sentence: str, store: LibraryStore, songs: Path) -> None:
    with pytest.raises(RequestRefused, match=sentence):
        learn(songs / name, store)
