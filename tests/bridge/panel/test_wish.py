"""What is asked for on the page, how it is asked, and the way back."""

from pathlib import Path
from typing import Any

import pytest

from bridge.clip import Clip
from bridge.library.modes import Mode
from bridge.library_verbs import MOST_IDS
from bridge.panel.suggest_state import state_of
from bridge.panel.wish import MOST_STEPS, History, Project, Seed, Source, Wish

SEED = Seed(Source.SELECTION, "Bass", Clip(Path("/music/bass.wav"), 4.0), "reaper")
PROJECT = Project("/music/Song.RPP", 120.0, "C minor")


def row(name: str, **changes: Any) -> dict[str, Any]:
    """A row as the verb `suggest` gives it."""
    return {
        "sample": name * 8, "name": name, "folders": ["Drums"], "path": f"/home/ana/{name}.wav", "kind": "loop",
        "key": "A minor", "bpm": 90.0, "duration_sec": 2.0, "tags": ["drums", name], "score": 0.5, "why": ["same key"],
        "playrate": 1.3, "length_sec": 1.5,
    } | changes  # fmt: skip


def test_filters_ask_for_the_projects_key_and_tempo() -> None:
    plain = Wish(SEED).order(PROJECT)
    assert (plain.key, plain.quarter_bpm, plain.project_bpm, plain.clip) == ("", 0.0, 120.0, SEED.clip)
    strict = Wish(SEED, is_in_key=True, is_in_tempo=True, mode=Mode.SIMILAR, kinds=("loop",), tags=("drums",))
    order = strict.order(PROJECT)
    assert (order.key, order.quarter_bpm) == ("C minor", 120.0)
    assert (order.mode, order.kinds, order.tags, order.project) == (Mode.SIMILAR, ("loop",), ("drums",), PROJECT.name)


def test_what_was_passed_over_or_is_shown_is_not_asked_for_again() -> None:
    order = Wish(SEED, passed=("a", "b")).order(PROJECT, shown=("c",))
    assert order.excluded == ("a", "b", "c")
    ids = tuple(map(str, range(MOST_IDS + 5)))
    assert Wish(SEED, passed=ids).order(PROJECT).excluded == ids[5:]


def test_a_new_selection_keeps_the_filters_and_forgets_the_likes() -> None:
    wish = Wish(text="dusty", kinds=("loop",), liked=("a",), disliked=("b",), passed=("c",)).about(SEED)
    assert wish == Wish(SEED, kinds=("loop",))


def test_history_goes_back_forward_and_on_from_there() -> None:
    history = History()
    assert not history.can_go_back
    first = history.push(Wish(SEED))
    second = history.push(Wish(SEED, mode=Mode.TASTE))
    assert history.back() is first
    assert history.can_go_forward
    assert not history.can_go_back  # before the first question there was nothing
    assert history.back() is first
    assert history.forward() is second
    assert history.forward() is second
    history.back()
    third = history.push(Wish(SEED, text="bright"))
    assert history.now is third
    assert not history.can_go_forward
    assert history.back() is first


def test_history_is_bounded() -> None:
    history = History()
    for number in range(MOST_STEPS + 10):
        history.push(Wish(SEED, text=str(number)))
    steps = 1
    while history.can_go_back:
        history.back()
        steps += 1
    assert steps == MOST_STEPS


def test_the_page_gets_rows_without_paths() -> None:
    history = History()
    step = history.push(Wish(SEED, tags=("warm",)))
    step.rows, step.is_answered = [row("kick"), row("hat", key="")], True
    state = state_of(history, PROJECT, {"kick" * 8}, ["reaper"])
    assert "/home/ana" not in repr(state)
    assert "/music/bass.wav" not in repr(state)
    assert [(shown["id"], shown["is_kept"], shown["semitones"]) for shown in state["rows"]] == [
        ("kick" * 8, True, 3),
        ("hat" * 8, False, 0),
    ]
    assert state["tag_choices"][:2] == ["warm", "drums"]
    assert state["seed"] == {"name": "Bass", "source": "selection", "host": "REAPER"}


@pytest.mark.parametrize("key", ["", "H dur", "12A"])
def test_a_key_that_nobody_knows_transposes_nothing(key: str) -> None:
    history = History()
    history.push(Wish(SEED)).rows = [row("kick")]
    assert state_of(history, Project("", 0.0, key), (), ())["rows"][0]["semitones"] == 0
