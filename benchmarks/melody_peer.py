"""How many tokens a second are written: by our decoder, by a loop that keeps nothing, and by transformers' GPT-2.

The GPT-2 has as many layers, heads and numbers per token as our network, and its weights are random, which costs the
same time. All draw from the whole distribution, four sequences at once, after the same prompt.
"""

import time
import warnings

import numpy as np
import torch
from numpy.typing import NDArray

from engine.backends.melody_decoder import Decoder
from engine.backends.melody_network import MelodyNetwork, Shape

ROWS, WRITTEN_TOKENS = 4, 96


def cached_rate(decoder: Decoder, context: NDArray[np.int64]) -> float:
    """Returns tokens per second of the decoder, the prompt's reading included."""
    rng = np.random.default_rng(0)
    began = time.perf_counter()
    prefix = decoder.cache(1, len(context))
    logits = decoder.read(context[None], prefix).repeat(ROWS, axis=0)
    cache = prefix.rows(np.zeros(ROWS, dtype=np.intp))
    for _ in range(WRITTEN_TOKENS):
        logits = decoder.read(_drawn(logits, rng)[:, None], cache)
    return ROWS * WRITTEN_TOKENS / (time.perf_counter() - began)


@torch.inference_mode()
def plain_rate(network: MelodyNetwork, context: NDArray[np.int64]) -> float:
    """Returns tokens per second of a loop that runs the network over everything at each step."""
    rng = np.random.default_rng(0)
    network.eval()
    tokens = torch.from_numpy(np.tile(context, (ROWS, 1)))
    began = time.perf_counter()
    for _ in range(WRITTEN_TOKENS):
        drawn = _drawn(network(tokens)[:, -1].numpy(), rng)
        tokens = torch.cat((tokens, torch.from_numpy(drawn)[:, None]), dim=1)
    return ROWS * WRITTEN_TOKENS / (time.perf_counter() - began)


def gpt2_rate(shape: Shape, context: NDArray[np.int64]) -> float:
    """Returns tokens per second of transformers' `generate`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=shape.vocabulary, n_positions=1024, n_embd=shape.width, n_layer=shape.layers, n_head=shape.heads,
        bos_token_id=0, eos_token_id=0, pad_token_id=0,
    )  # fmt: skip
    model = GPT2LMHeadModel(config).eval()
    tokens = torch.from_numpy(np.tile(context, (ROWS, 1)))
    began = time.perf_counter()
    with torch.inference_mode():
        model.generate(
            tokens, attention_mask=torch.ones_like(tokens), do_sample=True, top_k=0, use_cache=True,
            min_new_tokens=WRITTEN_TOKENS, max_new_tokens=WRITTEN_TOKENS,
        )  # fmt: skip
    return ROWS * WRITTEN_TOKENS / (time.perf_counter() - began)


def _drawn(logits: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.int64]:
    """Returns a token of each row, drawn by the row's probabilities."""
    sums = np.cumsum(np.exp(logits - logits.max(axis=1, keepdims=True)), axis=1)
    drawn = (sums < rng.random((len(logits), 1)) * sums[:, -1:]).sum(axis=1)
    return np.asarray(np.minimum(drawn, logits.shape[1] - 1), dtype=np.int64)
