"""Which licence notes the user has seen: each is shown once, before the model first runs."""

import json
from pathlib import Path

from bridge.codec import Model


def licence_sentence(model: Model) -> str:
    """Returns what a user should know before using the model."""
    return f"Model “{model.name}” by {model.attribution}, licence {model.licence}: {model.licence_note}"


def note_first_use(model: Model, state_folder: Path) -> bool:
    """Returns whether this licence of this model was never noted before, and notes it."""
    path = state_folder / "licences-seen.json"
    seen = _read(path)
    if seen.get(model.name) == model.licence:
        return False
    state_folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(seen | {model.name: model.licence}, indent=1), encoding="utf-8")
    return True


def _read(path: Path) -> dict[str, str]:
    """Returns the noted licences by model; a lost or damaged note only shows a sentence again."""
    try:
        seen = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return seen if isinstance(seen, dict) else {}
