"""GPT-2's network against transformers' own, on the same random weights."""

from typing import Any

import numpy as np
import pytest
import torch

from engine.backends.gpt2 import Gpt2
from tests.engine.backends.random_anticipation import random_gpt2

SIZES = {"vocab_size": 50, "n_positions": 40, "n_embd": 24, "n_layer": 3, "n_head": 3}
# Both compute in single precision, in another order.
TOLERANCE = 1e-4


def both(**changes: Any) -> tuple[Any, Gpt2]:
    theirs = random_gpt2(**(SIZES | changes))
    return theirs, Gpt2(theirs.state_dict(), theirs.config.to_dict(), torch.device("cpu"))


def expected(theirs: Any, tokens: list[int]) -> Any:
    with torch.inference_mode():
        return theirs(torch.tensor([tokens])).logits[0, -1].numpy()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"scale_attn_by_inverse_layer_idx": True, "reorder_and_upcast_attn": True},
        {"scale_attn_weights": False, "activation_function": "gelu"},
        {"tie_word_embeddings": False, "layer_norm_epsilon": 1e-3},
    ],
    ids=str,
)
def test_logits_are_those_of_transformers(changes: dict[str, Any]) -> None:
    theirs, ours = both(**changes)
    tokens = [3, 14, 15, 9, 26, 5, 35, 8, 9, 7]
    for count in (1, 4, 5, 10):  # what was read before is kept
        found = ours.logits(tokens[:count], 0, 50)
        np.testing.assert_allclose(found, expected(theirs, tokens[:count]), atol=TOLERANCE)
    np.testing.assert_allclose(ours.logits(tokens, 7, 11), found[7:11])


def test_another_sequence_takes_over_what_begins_alike() -> None:
    theirs, ours = both()
    for tokens in ([1, 2, 3, 4, 5], [1, 2, 9, 9], [1, 2], [1, 2, 9, 9, 8, 7], [6]):
        np.testing.assert_allclose(ours.logits(tokens, 0, 50), expected(theirs, tokens), atol=TOLERANCE)


def test_what_was_forgotten_makes_no_difference() -> None:
    _, ours = both()
    alone = ours.logits([1, 2, 3], 0, 50)
    ours.forget()
    for count in (1, 2, 3):
        ours.logits([1, 2, 3][:count], 0, 50)
    ours.forget()
    assert np.array_equal(ours.logits([1, 2, 3], 0, 50), alone)


def test_settings_of_another_network_are_refused() -> None:
    theirs, _ = both()
    with pytest.raises(ValueError, match="llama"):
        Gpt2(theirs.state_dict(), {"model_type": "llama"}, torch.device("cpu"))
    with pytest.raises(KeyError):
        Gpt2({"wte.weight": torch.zeros(3, 3)}, {"n_head": 1}, torch.device("cpu"))
