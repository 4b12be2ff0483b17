"""The registry: every model that the engine can run, as a table of cards.

A card names its implementation; the module is imported when the model first runs, so that listing the models loads no
framework. To add a model, write one file beside this one and one card in the folder `cards` (see
docs/adding-a-backend.md); the contract suite of its task, in tests/engine/backends, then runs over it.
"""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import cast

from engine.backends.base import (
    BackendClass,
    BeatBackend,
    Card,
    ChordBackend,
    GenerationBackend,
    SeparationBackend,
    TaggingBackend,
    TranscriptionBackend,
)
from engine.backends.cards import generation, musical_time, separation, tagging, transcription
from engine.errors import BackendUnavailable, ModelNotFound

_CARDS = (*separation.CARDS, *transcription.CARDS, *musical_time.CARDS, *tagging.CARDS, *generation.CARDS)

REGISTRY: Mapping[str, Card] = {card.name: card for card in _CARDS}


def default_card(task: str) -> Card:
    """Returns the card that `task` uses when a request names no model.

    Raises:
        ModelNotFound: no model of this task is registered.
    """
    for card in REGISTRY.values():
        if card.task == task and card.is_default:
            return card
    raise ModelNotFound(f"This engine has no model for {task}.", task=task)


def find_card(name: str, task: str) -> Card:
    """Returns the card of the model called `name`, or the task's default for an empty name.

    Raises:
        ModelNotFound: no model of this task has the name; the message lists those that exist.
    """
    if not name:
        return default_card(task)
    card = REGISTRY.get(name)
    if card is None or card.task != task:
        known = ", ".join(sorted(c.name for c in REGISTRY.values() if c.task == task and c.is_visible))
        raise ModelNotFound(f"There is no {task} model named “{name}”. Choose one of: {known}.", model=name)
    return card


def load_separator(card: Card, weight_paths: Mapping[str, Path], device: str) -> SeparationBackend:
    """Returns a separator, ready to run. See `load_backend`."""
    return cast(SeparationBackend, load_backend(card, weight_paths, device))


def load_transcriber(card: Card, weight_paths: Mapping[str, Path], device: str) -> TranscriptionBackend:
    """Returns a transcriber, ready to run. See `load_backend`."""
    return cast(TranscriptionBackend, load_backend(card, weight_paths, device))


def load_beat_finder(card: Card, weight_paths: Mapping[str, Path], device: str) -> BeatBackend:
    """Returns a finder of beats, ready to run. See `load_backend`."""
    return cast(BeatBackend, load_backend(card, weight_paths, device))


def load_chord_finder(card: Card, weight_paths: Mapping[str, Path], device: str) -> ChordBackend:
    """Returns a finder of chords, ready to run. See `load_backend`."""
    return cast(ChordBackend, load_backend(card, weight_paths, device))


def load_generator(card: Card, weight_paths: Mapping[str, Path], device: str) -> GenerationBackend:
    """Returns a generator, ready to run. See `load_backend`."""
    return cast(GenerationBackend, load_backend(card, weight_paths, device))


def load_tagger(card: Card, weight_paths: Mapping[str, Path], device: str) -> TaggingBackend:
    """Returns a tagger, ready to run. See `load_backend`."""
    return cast(TaggingBackend, load_backend(card, weight_paths, device))


def load_backend(card: Card, weight_paths: Mapping[str, Path], device: str) -> object:
    """Imports the card's implementation and returns the backend; the card's task says which Protocol it obeys.

    Raises:
        BackendUnavailable: the implementation needs a package that is not installed.
        WeightsCorrupt: the files do not hold what the model needs.
    """
    module_name, class_name = card.implementation.split(":")
    try:
        backend_class = cast(BackendClass, getattr(import_module(module_name), class_name))
    except ImportError as error:
        if error.name and error.name.startswith("engine"):
            raise  # a fault of ours, and nothing that the user could install
        raise BackendUnavailable(
            f"The model “{card.name}” needs the Python package “{error.name}”; install AuxSend with its {card.extra} "
            f"extra: pip install 'auxsend[{card.extra}]'.",
            model=card.name,
            package=error.name or "",
        ) from error
    backend: object = backend_class(card, weight_paths, device)
    return backend
