"""The view Suggest as the browser gets it: everything that is shown, and no path of this machine."""

import contextlib
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from bridge.errors import RequestRefused
from bridge.midi.key import parse_key
from bridge.midi.notes import Key
from bridge.panel.fit import transposition
from bridge.panel.host_titles import host_title
from bridge.panel.wish import History, Project, Seed, Wish

MOST_TAG_CHOICES = 8
_SHOWN = ("name", "folders", "kind", "key", "bpm", "duration_sec", "tags", "why", "playrate")


def state_of(history: History, project: Project, kept: Collection[str], hosts: Sequence[str]) -> dict[str, Any]:
    """Returns what is shown.

    Args:
        history: what was asked, and is shown.
        project: where a sample will stand.
        kept: samples that the user keeps.
        hosts: the DAWs that can be given something.
    """
    step = history.now
    return {
        "seed": _seed(step.wish.seed),
        "filters": _filters(step.wish),
        "project": {"name": project.name, "bpm": round(project.quarter_bpm, 3), "key": project.key},
        "rows": [_row(row, project, kept) for row in step.rows],
        "tag_choices": _tag_choices(step.rows, step.wish.tags),
        "is_answered": step.is_answered,
        "is_all": step.is_all,
        "is_empty": step.wish.is_empty,
        "error": step.error,
        "can_back": history.can_go_back,
        "can_forward": history.can_go_forward,
        "hosts": list(hosts),
    }


def semitones_to(row: dict[str, Any], project: Project) -> int:
    """Returns how far a row's sample is to be transposed to be in the project's key."""
    return transposition(_key(row["key"]), _key(project.key))


def _seed(seed: Seed | None) -> dict[str, str] | None:
    return {"name": seed.name, "source": seed.source.value, "host": host_title(seed.host)} if seed else None


def _filters(wish: Wish) -> dict[str, Any]:
    return {
        "mode": wish.mode.value,
        "is_in_key": wish.is_in_key,
        "is_in_tempo": wish.is_in_tempo,
        "kinds": list(wish.kinds),
        "tags": list(wish.tags),
        "text": wish.text,
    }


def _row(row: dict[str, Any], project: Project, kept: Collection[str]) -> dict[str, Any]:
    shown = {name: row[name] for name in _SHOWN}
    return shown | {
        "id": row["sample"],
        "semitones": semitones_to(row, project),
        "is_kept": row["sample"] in kept,
    }


def _key(text: str) -> Key | None:
    """Returns the key that a text names; None where it names none, as a host's own words may."""
    with contextlib.suppress(RequestRefused):
        return parse_key(text) if text else None
    return None


def _tag_choices(rows: Sequence[dict[str, Any]], chosen: Sequence[str]) -> list[str]:
    """Returns tags to choose from: those that are chosen, then those of most rows."""
    counts = Counter(tag for row in rows for tag in row["tags"])
    common = [tag for tag, _ in counts.most_common(MOST_TAG_CHOICES)]
    return list(dict.fromkeys([*chosen, *common]))[:MOST_TAG_CHOICES]
