"""What goes otherwise than planned: nothing is put in the wrong place, nothing is lost, and a sentence says why."""

import json

from tests.daw_scripts.ardour.conftest import AHEAD_SEC, StartArdour, WriteExcerpt, wait_for
from tests.daw_scripts.ardour.host import Ardour
from tests.daw_scripts.ardour.steps import (
    POSITION,
    TRIM_END,
    TRIM_START,
    ask,
    saved,
    take_one,
    trimmed_region,
    wait_for_end,
)
from tests.daw_scripts.ardour.studio import DIALOGS_SLOT, SLOTS, choose_in_dialog, said
from tests.daw_scripts.stand_in import STEMS, StandIn


def wait_until_said(ardour: Ardour, sentence: str) -> None:
    wait_for(lambda: sentence in said(ardour), f"“{sentence}”; said was: {said(ardour)}")


def stem_tracks(ardour: Ardour, name: str) -> list[str]:
    return [track for track in saved(ardour) if track.startswith(f"{name} ")]


def test_nothing_selected(ardour: Ardour, bridge: StandIn) -> None:
    ardour.run("Editor:get_selection():clear()")
    ardour.choose(SLOTS["split"])
    wait_until_said(ardour, "Select at least one audio region")
    assert bridge.take() == []


def test_a_listener_that_is_not_switched_on(ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt) -> None:
    trimmed_region(ardour, write_excerpt(), "Unheard")
    hooks = ardour.config_folder / "ui_scripts"
    with_listener = hooks.read_text()
    hooks.write_text(with_listener.replace("AuxSend: listener", "another"))
    ardour.choose(SLOTS["split"])
    wait_until_said(ardour, "Script Manager")
    hooks.write_text(with_listener)
    assert bridge.take() == []


def test_what_the_engine_cannot_do_yet(ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt) -> None:
    trimmed_region(ardour, write_excerpt(), "Unheard of")
    sentence = "This engine cannot transcribe yet."
    bridge.fail(ask(ardour, bridge, "transcribe"), "NOT_AVAILABLE", sentence)
    wait_until_said(ardour, f"Unheard of: {sentence}")
    wait_for_end(bridge)
    assert stem_tracks(ardour, "Unheard of") == []


def test_a_deleted_region(ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt) -> None:
    region = trimmed_region(ardour, write_excerpt(), "Deleted")
    request = ask(ardour, bridge)
    region.do("playlist:remove_region(region)")
    bridge.finish(request)
    wait_until_said(ardour, "Deleted: Done, but the region is gone")
    assert stem_tracks(ardour, "Deleted") == []
    choose_in_dialog(ardour, "Put in “Deleted” where it was")
    wait_for_end(bridge)
    tracks = saved(ardour)
    for stem in STEMS:
        (put_in,) = tracks[f"Deleted {stem}"].regions
        assert (put_in.position, put_in.length) == (POSITION + TRIM_START, TRIM_END - TRIM_START)


def test_a_moved_region(ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt) -> None:
    region = trimmed_region(ardour, write_excerpt(), "Moved")
    request = ask(ardour, bridge)
    region.do("region:set_position(Temporal.timepos_t(300000))")
    bridge.finish(request)
    wait_until_said(ardour, "Moved: Done, but the region was moved or edited")
    assert stem_tracks(ardour, "Moved") == []
    ardour.run(
        "Session:request_locate(123456, false, ARDOUR.LocateTransportDisposition.MustStop,"
        " ARDOUR.TransportRequestSource.TRS_UI)"
    )
    wait_for(lambda: ardour.run("report(Session:transport_sample())") == [["123456"]], "the playhead")
    choose_in_dialog(ardour, "Put in “Moved” at the playhead")
    wait_for_end(bridge)
    tracks = saved(ardour)
    assert tracks["Moved vocals"].regions[0].position == 123_456
    assert not tracks["Moved"].regions[0].is_muted


def test_a_result_that_is_let_go(ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt) -> None:
    region = trimmed_region(ardour, write_excerpt(), "Let go")
    request = ask(ardour, bridge)
    region.do("playlist:remove_region(region)")
    bridge.finish(request)
    wait_until_said(ardour, "Let go: Done")
    choose_in_dialog(ardour, "Let go of “Let go”")
    wait_for_end(bridge)
    assert stem_tracks(ardour, "Let go") == []


def test_the_user_cancels(ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt) -> None:
    trimmed_region(ardour, write_excerpt(), "Stopped")
    request = ask(ardour, bridge)
    bridge.say(request, "running", fraction=0.25, message="Separating")
    rows = ardour.session_folder / "auxsend-rows.json"
    wait_for(lambda: rows.exists() and "Separating" in rows.read_text(), "the job to run")
    choose_in_dialog(ardour, "Cancel “Stopped”")
    assert "Stopped: Separating 25 %" in said(ardour)
    assert take_one(bridge, "cancel")["params"]["job"] == request["id"]
    bridge.say(request, "cancelled")
    wait_for_end(bridge)
    assert stem_tracks(ardour, "Stopped") == []
    wait_for(lambda: not rows.exists(), "the rows to be cleared")
    choose_in_dialog(ardour, "Nothing")
    assert "No jobs" in said(ardour)


def test_a_stem_that_is_missing(ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt) -> None:
    trimmed_region(ardour, write_excerpt(), "Missing")
    request = ask(ardour, bridge)
    bridge.finish(request | {"id": "another-job"})[2].unlink()
    job = json.loads((bridge.spool / "jobs/another-job.json").read_text(encoding="utf-8"))
    bridge.say(request, "done", result=job["result"])
    wait_until_said(ardour, "bass.wav”")
    assert stem_tracks(ardour, "Missing") == []
    choose_in_dialog(ardour, "Let go of “Missing”")
    wait_for_end(bridge)


def test_a_bridge_that_is_down(ardour: Ardour, bridge: StandIn, write_excerpt: WriteExcerpt) -> None:
    trimmed_region(ardour, write_excerpt(), "Alone")
    bridge.stop()
    ardour.choose(SLOTS["split"])
    wait_until_said(ardour, "Alone: The AuxSend bridge does not run")
    bridge.live(AHEAD_SEC)
    bridge.finish(ask(ardour, bridge))
    wait_for_end(bridge)
    assert len(stem_tracks(ardour, "Alone")) == 4


def test_a_session_that_was_closed_meanwhile(
    start_ardour: StartArdour, display: str, write_excerpt: WriteExcerpt
) -> None:
    ardour = start_ardour()
    bridge = StandIn(ardour.folder / "spool", host="ardour")
    bridge.live(AHEAD_SEC)
    trimmed_region(ardour, write_excerpt(), "Closed")
    request = ask(ardour, bridge)
    ardour.save()
    ardour.stop()
    bridge.finish(request)
    bridge.live(AHEAD_SEC)
    ardour.start(display)
    ardour.choose(DIALOGS_SLOT)
    wait_until_said(ardour, "Closed: Done, but the session was closed meanwhile")
    assert stem_tracks(ardour, "Closed") == []
    choose_in_dialog(ardour, "Put in “Closed” where it was")
    wait_for_end(bridge)
    tracks = saved(ardour)
    assert tracks["Closed vocals"].regions[0].position == POSITION + TRIM_START
    assert tracks["Closed"].regions[0].is_muted
