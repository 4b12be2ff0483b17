"""The registry: complete cards, clear refusals, and nothing loaded before its time."""

import sys
from dataclasses import replace

import pytest

from engine.backends import REGISTRY, default_card, find_card, load_separator
from engine.backends.base import Card
from engine.errors import BackendUnavailable, ModelNotFound
from engine.weights.table import TABLE


@pytest.mark.parametrize("card", REGISTRY.values(), ids=lambda card: card.name)
def test_every_card_is_complete(card: Card) -> None:
    assert card.outputs
    assert card.licence
    assert card.licence_note.endswith(".")
    assert card.attribution_name
    assert set(card.weights) <= set(TABLE)


def test_each_task_has_one_default_but_transcription_which_listens_first() -> None:
    tasks = {card.task for card in REGISTRY.values() if card.is_visible}
    assert not any(card.is_default for card in REGISTRY.values() if card.task == "transcription")
    for task in tasks - {"transcription"}:
        assert sum(card.is_default for card in REGISTRY.values() if card.task == task) == 1
        assert find_card("", task) == default_card(task)


def test_an_unknown_model_is_refused_with_those_that_exist() -> None:
    with pytest.raises(ModelNotFound, match="htdemucs_6s") as caught:
        find_card("nonsense", "separation")
    assert "fake" not in caught.value.message
    with pytest.raises(ModelNotFound):
        find_card("htdemucs", "tagging")


def test_a_missing_framework_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "soxr", None)
    card = replace(REGISTRY["fake"], implementation="engine.resampling:Nothing")
    monkeypatch.delitem(sys.modules, "engine.resampling", raising=False)
    with pytest.raises(BackendUnavailable, match=r"auxsend\[engine\]"):
        load_separator(card, {}, "cpu")


def test_a_module_of_ours_that_is_missing_is_no_missing_package() -> None:
    card = replace(REGISTRY["fake"], implementation="engine.backends.nonsense:Nothing")
    with pytest.raises(ModuleNotFoundError):
        load_separator(card, {}, "cpu")
