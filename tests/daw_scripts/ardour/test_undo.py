"""Undo in a real Ardour: one step takes back all of a split, the tracks too, of which its own history knows nothing."""

import pytest

from tests.daw_scripts.ardour.conftest import AHEAD_SEC, StartArdour, WriteExcerpt
from tests.daw_scripts.ardour.host import Ardour, lua_text
from tests.daw_scripts.ardour.steps import ask, redo, saved, shown, trimmed_region, undo, wait_for_end
from tests.daw_scripts.ardour.studio import Region, SavedTrack
from tests.daw_scripts.stand_in import STEMS, StandIn

NAMED_TRACK = "local track = Session:route_by_name({name}) "


def split(ardour: Ardour, bridge: StandIn) -> None:
    """Splits what is selected."""
    bridge.finish(ask(ardour, bridge))
    wait_for_end(bridge)


def stems_of(tracks: dict[str, SavedTrack], name: str) -> list[str]:
    return [track for track in tracks if track.startswith(f"{name} ")]


def on_track(ardour: Ardour, name: str, lua: str) -> None:
    ardour.run(NAMED_TRACK.format(name=lua_text(name)) + lua)


@pytest.fixture
def split_region(
    ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt, request: pytest.FixtureRequest
) -> Region:
    """A region, named like the test, whose stems are in the session."""
    region = trimmed_region(ardour, write_excerpt(), request.node.name)
    split(ardour, bridge)
    return region


def test_one_undo_takes_back_all_and_one_redo_brings_it_back(
    ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt
) -> None:
    trimmed_region(ardour, write_excerpt(), "Undone")
    before = shown(ardour)
    split(ardour, bridge)
    after = shown(ardour)
    assert len(stems_of(after, "Undone")) == len(STEMS)
    undo(ardour)
    assert shown(ardour) == before
    redo(ardour)
    assert shown(ardour) == after


def test_regions_that_were_deleted_by_hand_leave_their_tracks(
    ardour: Ardour, split_region: Region, request: pytest.FixtureRequest
) -> None:
    for stem in STEMS:
        on_track(
            ardour,
            f"{request.node.name} {stem}",
            "local playlist = track:to_track():playlist() "
            "playlist:to_stateful():clear_changes() Session:begin_reversible_command('delete') "
            "for region in playlist:region_list():iter() do playlist:remove_region(region) end "
            "Session:add_stateful_diff_command(playlist:to_statefuldestructible()) "
            "Session:commit_reversible_command(nil)",
        )
    undo(ardour)  # of the last deletion
    kept = shown(ardour)
    assert len(stems_of(kept, request.node.name)) == len(STEMS)
    assert [len(kept[f"{request.node.name} {stem}"].regions) for stem in STEMS] == [0, 0, 0, 1]


def test_a_track_with_work_of_the_user_stays(
    ardour: Ardour, split_region: Region, request: pytest.FixtureRequest
) -> None:
    name = request.node.name
    on_track(ardour, f"{name} bass", "track:to_track():rec_enable_control():set_value(1, 1)")
    undo(ardour)
    assert stems_of(shown(ardour), name) == [f"{name} bass"]
    on_track(ardour, f"{name} bass", "track:to_track():rec_enable_control():set_value(0, 1)")


def test_the_next_split_takes_the_tracks_of_an_undone_one(
    ardour: Ardour, bridge: StandIn, split_region: Region, request: pytest.FixtureRequest
) -> None:
    after = saved(ardour)
    undo(ardour)
    split_region.select()
    split(ardour, bridge)
    again = saved(ardour)
    assert {name: (track.order, track.is_hidden) for name, track in again.items()} == {
        name: (track.order, track.is_hidden) for name, track in after.items()
    }
    undo(ardour)
    assert stems_of(shown(ardour), request.node.name) == []


def test_a_track_whose_fader_was_moved_is_not_taken_again(
    ardour: Ardour, bridge: StandIn, split_region: Region, request: pytest.FixtureRequest
) -> None:
    name = request.node.name
    on_track(ardour, f"{name} other", "track:gain_control():set_value(0.5, 1)")
    undo(ardour)
    count = len(saved(ardour))
    split_region.select()
    split(ardour, bridge)
    assert len(saved(ardour)) == count + len(STEMS)
    undo(ardour)


def test_undo_in_a_session_that_was_closed_and_opened_again(
    start_ardour: StartArdour, display: str, write_excerpt: WriteExcerpt
) -> None:
    ardour = start_ardour()
    bridge = StandIn(ardour.folder / "spool", host="ardour")
    bridge.live(AHEAD_SEC)
    trimmed_region(ardour, write_excerpt(), "Later")
    before = shown(ardour)
    split(ardour, bridge)
    after = shown(ardour)
    ardour.stop()
    ardour.start(display)
    undo(ardour)
    assert shown(ardour) == before
    redo(ardour)
    assert shown(ardour) == after
