"""The library as the panel shows it: folders, what cannot be read, models, and the engine in plain words."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from bridge.codec import Model
from bridge.library.contents import list_contents, summary
from bridge.library.place import LibraryPlace
from bridge.library.store import LibraryStore
from bridge.panel.engine_watch import EngineState, EngineView
from bridge.panel.upkeep_watch import UpkeepView

MOST_UNREADABLE = 200
"""That are named; the page says how many there are in all."""


def contents_state(place: LibraryPlace) -> dict[str, Any]:
    """Returns what the library has on this machine; with 100,000 files too slowly for the event loop."""
    with LibraryStore(place.database) as store:
        found = summary(store)
        unreadable = [item for item in list_contents(store) if item.reason]
    return {
        "folders": [asdict(folder) for folder in found.folders],
        "sample_count": found.sample_count,
        "indexed_count": found.indexed_count,
        "waiting_count": found.waiting_count,
        "unreadable_count": found.unreadable_count,
        "unreadable": [{"path": item.path, "reason": item.reason} for item in unreadable[:MOST_UNREADABLE]],
    }


def upkeep_state(view: UpkeepView) -> dict[str, Any]:
    """Returns what is being done as the page draws it."""
    return asdict(view) | {"notices": list(view.notices)}


def models_state(models: Iterable[Model]) -> list[dict[str, Any]]:
    """Returns the engine's models, by task and name."""
    kept = ("name", "task", "description", "licence", "licence_note", "is_installed", "is_default", "download_bytes")
    ordered = sorted(models, key=lambda model: (model.task, not model.is_default, model.name))
    return [{name: getattr(model, name) for name in kept} for model in ordered]


def engine_state(view: EngineView) -> dict[str, str]:
    """Returns how the engine is, in a sentence."""
    where = f"at {view.address}" if view.address else "on this machine"
    sentences = {
        EngineState.HERE: f"The engine {where} answers.",
        EngineState.ASLEEP: "No engine runs; one starts on this machine when something needs it.",
        EngineState.UNKNOWN: "The engine has not been asked yet.",
        EngineState.AWAY: view.sentence,
    }
    return {"state": view.state.value, "address": view.address, "sentence": sentences[view.state]}
