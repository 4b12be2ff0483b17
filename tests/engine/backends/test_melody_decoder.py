"""The decoder gives what the network gives, whole or token by token, and forgets what lies too far back."""

import numpy as np
import pytest
import torch

from engine.backends.melody_decoder import HEAD_TOKENS, WINDOW_TOKENS, Decoder
from tests.engine.backends.melody_model import SHAPE, random_network

TOLERANCE = 2e-4
"""Of logits of about 50, in single precision, summed in another order."""


@pytest.fixture(scope="module")
def decoder() -> Decoder:
    state = {name: tensor.numpy() for name, tensor in random_network().state_dict().items()}
    return Decoder(state, SHAPE.heads)


def tokens(rows: int, count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(1, SHAPE.vocabulary, (rows, count))


def test_it_gives_what_the_network_gives(decoder: Decoder) -> None:
    given = tokens(3, 40)
    with torch.inference_mode():
        expected = random_network()(torch.from_numpy(given))[:, -1].numpy()
    np.testing.assert_allclose(
        decoder.read(given, decoder.cache(3, 8)), expected, atol=TOLERANCE * np.abs(expected).max()
    )


def test_token_by_token_is_the_same_as_at_once(decoder: Decoder) -> None:
    given = tokens(2, 30)
    whole = decoder.read(given, decoder.cache(2, 30))
    cache = decoder.cache(2, 4)
    decoder.read(given[:, :11], cache)
    for at in range(11, 30):
        stepped = decoder.read(given[:, at : at + 1], cache)
    np.testing.assert_allclose(stepped, whole, atol=TOLERANCE * np.abs(whole).max())


def test_sequences_of_a_batch_know_nothing_of_each_other(decoder: Decoder) -> None:
    given = tokens(3, 20)
    together = decoder.read(given, decoder.cache(3, 20))
    for row in range(3):
        alone = decoder.read(given[row : row + 1], decoder.cache(1, 20))
        np.testing.assert_allclose(together[row], alone[0], atol=TOLERANCE * np.abs(alone).max())


def test_chosen_rows_go_on_by_themselves(decoder: Decoder) -> None:
    given = tokens(3, 20)
    cache = decoder.cache(3, 20)
    decoder.read(given[:, :19], cache)
    chosen = np.array([2, 0, 2])
    found = decoder.read(given[chosen, 19:], cache.rows(chosen))
    whole = decoder.read(given, decoder.cache(3, 20))
    np.testing.assert_allclose(found, whole[chosen], atol=TOLERANCE * np.abs(whole).max())


def test_beyond_the_window_the_head_and_the_last_tokens_are_seen(decoder: Decoder) -> None:
    given = tokens(1, WINDOW_TOKENS + 20)
    cache = decoder.cache(1, 8)
    decoder.read(given[:, :WINDOW_TOKENS], cache)
    for at in range(WINDOW_TOKENS, given.shape[1] - 1):
        decoder.read(given[:, at : at + 1], cache)
    forgotten, headless = (cache.rows(np.zeros(1, dtype=np.intp)) for _ in range(2))
    first_seen = given.shape[1] - WINDOW_TOKENS + HEAD_TOKENS
    forgotten.values[:, :, :, HEAD_TOKENS:first_seen] = 0
    headless.values[:, :, :, :HEAD_TOKENS] = 0
    whole, without_old, without_head = (decoder.read(given[:, -1:], kept) for kept in (cache, forgotten, headless))
    np.testing.assert_array_equal(whole, without_old)
    assert not np.allclose(whole, without_head)
