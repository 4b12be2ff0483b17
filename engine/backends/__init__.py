"""The registry: every model that the engine can run, as a table of cards.

A card names its implementation; the module is imported when the model first runs, so that listing the models loads no
framework. To add a model, write one file beside this one and one card here (see docs/adding-a-backend.md); the contract
suite in tests/engine/backends/test_contract.py then runs over it.
"""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import cast

from engine.backends.base import BackendClass, Card, SeparationBackend
from engine.errors import BackendUnavailable, ModelNotFound

FOUR_STEMS = ("drums", "bass", "other", "vocals")
SIX_STEMS = (*FOUR_STEMS, "guitar", "piano")


def _demucs(
    name: str, description: str, weights: tuple[str, ...], *, stems: tuple[str, ...] = FOUR_STEMS, figure: str = "",
    is_default: bool = False,
) -> Card:  # fmt: skip
    return Card(
        name=name,
        task="separation",
        description=description,
        implementation="engine.backends.demucs:DemucsBackend",
        outputs=stems,
        sample_rate_hz=44_100,
        licence="LicenseRef-Demucs-weights",
        licence_note="The code is MIT; the weights are for research and personal use only.",
        attribution_name="Alexandre Défossez, Meta AI",
        attribution_url="https://github.com/adefossez/demucs",
        weights=weights,
        published_figure=figure,
        is_default=is_default,
    )


_CARDS = (
    _demucs(
        "htdemucs",
        "Hybrid transformer, four stems: the best balance of quality and speed.",
        ("955717e8",),
        figure="9.0 dB SDR on MUSDB18-HQ (Rouard et al. 2023)",
        is_default=True,
    ),
    _demucs(
        "htdemucs_ft",
        "Hybrid transformer, one fine-tuned model for each of four stems: a little better, four times the work.",
        ("f7e0c4bc", "d12395a8", "92cfc3b6", "04573f0d"),
        figure="9.2 dB SDR on MUSDB18-HQ (Rouard et al. 2023)",
    ),
    _demucs(
        "htdemucs_6s", "Hybrid transformer with guitar and piano: six stems.", ("5c90dfd2",), stems=SIX_STEMS
    ),
    _demucs("hdemucs_mmi", "Hybrid Demucs v3, retrained on more songs: four stems.", ("75fc33f5",)),
    _demucs(
        "mdx",
        "Winner of track A of the MDX challenge 2021: four stems.",
        ("0d19c1c6", "7ecf8ec1", "c511e2ab", "7d865c68"),
    ),
    _demucs(
        "mdx_extra",
        "Second of track B of the MDX challenge 2021, trained on extra songs: four stems.",
        ("e51eebcc", "a1d90b5c", "5d2d6c55", "cfa93e08"),
    ),
    Card(
        name="spleeter-2stems",
        task="separation",
        description="Two U-Nets, vocals and accompaniment: many times faster than htdemucs, less clean.",
        implementation="engine.backends.spleeter:SpleeterBackend",
        outputs=("vocals", "accompaniment"),
        sample_rate_hz=44_100,
        licence="MIT",
        licence_note="Free for any use; keep the notice.",
        attribution_name="Deezer Research",
        attribution_url="https://github.com/deezer/spleeter",
        weights=("spleeter-2stems",),
        published_figure="6.6 dB SDR vocals on MUSDB18, for the same network with four stems (Hennequin et al. 2020)",
    ),
    Card(
        name="fake",
        task="separation",
        description="Four copies of the mix at fixed gains, for tests and for measuring everything but the model.",
        implementation="engine.backends.fake:FakeBackend",
        outputs=FOUR_STEMS,
        sample_rate_hz=44_100,
        licence="MIT",
        licence_note="Part of AuxSend.",
        attribution_name="AuxSend",
        attribution_url="",
        is_visible=False,
    ),
)  # fmt: skip

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
    """Imports the card's implementation and returns the backend, ready to run on `device`.

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
            f"The model “{card.name}” needs the Python package “{error.name}”; install AuxSend with its engine extra: "
            "pip install 'auxsend[engine]'.",
            model=card.name,
            package=error.name or "",
        ) from error
    return backend_class(card, weight_paths, device)
