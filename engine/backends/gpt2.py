"""GPT-2's network in torch: runs the weights of a Hugging Face `GPT2LMHeadModel` on one sequence that grows.

Radford et al., "Language models are unsupervised multitask learners" (OpenAI, 2019): blocks of causal attention and a
feed-forward layer, each behind a layer norm; learned positions. Tensors have the names and the orientation that the
package transformers gives them; the package itself is not needed.

What was read stays read: `Gpt2.logits` is given the whole sequence each time and runs only what does not begin as the
last one did. So a prompt is read once for all of its continuations, and a new token costs one step.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

_TANH_NAMES = ("gelu_new", "gelu_fast", "gelu_pytorch_tanh")


@dataclass(frozen=True)
class _Layer:
    """One block's tensors: weight and bias of each part."""

    norm: tuple[Tensor, Tensor]
    qkv: tuple[Tensor, Tensor]
    out: tuple[Tensor, Tensor]
    hidden_norm: tuple[Tensor, Tensor]
    up: tuple[Tensor, Tensor]
    down: tuple[Tensor, Tensor]


class Gpt2:
    """The network, and what it has read."""

    def __init__(self, tensors: Mapping[str, Tensor], config: Mapping[str, Any], device: torch.device) -> None:
        """Takes a state and the settings that go with it, as the hub's `config.json` has them.

        Raises:
            KeyError, ValueError: they are not those of a GPT-2.
        """
        if config.get("model_type", "gpt2") != "gpt2":
            raise ValueError(f"a {config['model_type']}, not a GPT-2")
        state = {
            name.removeprefix("transformer."): tensor.to(device, torch.float32) for name, tensor in tensors.items()
        }
        self._device = device
        self._words, self._places = state["wte.weight"], state["wpe.weight"]
        self._head = state.get("lm_head.weight", self._words)
        self._norm = state["ln_f.weight"], state["ln_f.bias"]
        count = sum(name.endswith("attn.c_attn.weight") for name in state)
        self._layers = tuple(_layer(state, f"h.{number}.") for number in range(count))
        self._epsilon = float(config.get("layer_norm_epsilon", 1e-5))
        self._approximate = "tanh" if config.get("activation_function", "gelu_new") in _TANH_NAMES else "none"
        heads = int(config["n_head"])
        self._head_width = self._words.shape[1] // heads
        scale = self._head_width**-0.5 if config.get("scale_attn_weights", True) else 1.0
        by_layer = bool(config.get("scale_attn_by_inverse_layer_idx", False))
        self._scales = [scale / (number + 1) if by_layer else scale for number in range(count)]
        kept = (count, heads, len(self._places), self._head_width)
        self._keys, self._values = torch.empty(kept, device=device), torch.empty(kept, device=device)
        self._read: list[int] = []
        self._last = torch.empty(0, device=device)

    @property
    def position_count(self) -> int:
        """The longest sequence that can be read."""
        return len(self._places)

    @property
    def vocabulary_size(self) -> int:
        """How many tokens there are."""
        return len(self._words)

    def forget(self) -> None:
        """Forgets what was read, so that what follows does not depend on it even in its last bits."""
        self._read = []

    @torch.inference_mode()
    def logits(self, tokens: Sequence[int], first: int, end: int) -> NDArray[np.float32]:
        """Returns the logits that tokens `first` up to `end` follow a sequence, shape (end - first,)."""
        sequence = list(tokens)
        if sequence != self._read:
            begin = min(_shared(self._read, sequence), len(sequence) - 1)
            self._last = self._run(sequence[begin:], begin)
            self._read = sequence
        found: NDArray[np.float32] = (self._head[first:end] @ self._last).float().cpu().numpy()
        return found

    def _run(self, tokens: Sequence[int], begin: int) -> Tensor:
        """Returns what the last of the tokens comes to, shape (width,); the first one stands at `begin`."""
        end = begin + len(tokens)
        x = self._words[torch.tensor(tokens, device=self._device)] + self._places[begin:end]
        ahead = torch.ones(len(tokens), end, dtype=torch.bool, device=self._device).triu(begin + 1)
        for number, layer in enumerate(self._layers):
            seen = self._attend(number, functional.linear(self._normed(x, layer.norm), *layer.qkv), begin, ahead)
            x = x + functional.linear(seen, *layer.out)
            hidden = functional.linear(self._normed(x, layer.hidden_norm), *layer.up)
            x = x + functional.linear(functional.gelu(hidden, approximate=self._approximate), *layer.down)
        return self._normed(x[-1], self._norm)

    def _attend(self, number: int, qkv: Tensor, begin: int, ahead: Tensor) -> Tensor:
        """Returns what each token takes from those up to itself, shape (tokens, width)."""
        count, end = len(qkv), begin + len(qkv)
        # each (heads, tokens, head width)
        query, key, value = qkv.view(count, 3, -1, self._head_width).permute(1, 2, 0, 3)
        self._keys[number, :, begin:end], self._values[number, :, begin:end] = key, value
        scores = (query * self._scales[number]) @ self._keys[number, :, :end].transpose(1, 2)
        shares = scores.masked_fill(ahead, -torch.inf).softmax(dim=-1)
        seen: Tensor = shares @ self._values[number, :, :end]
        return seen.transpose(0, 1).reshape(count, -1)

    def _normed(self, x: Tensor, norm: tuple[Tensor, Tensor]) -> Tensor:
        normed: Tensor = functional.layer_norm(x, x.shape[-1:], *norm, self._epsilon)
        return normed


def _layer(state: Mapping[str, Tensor], prefix: str) -> _Layer:
    def norm(name: str) -> tuple[Tensor, Tensor]:
        return state[f"{prefix}{name}.weight"], state[f"{prefix}{name}.bias"]

    def product(name: str) -> tuple[Tensor, Tensor]:
        # transformers keeps these matrices as (in, out)
        return state[f"{prefix}{name}.weight"].T.contiguous(), state[f"{prefix}{name}.bias"]

    return _Layer(
        norm("ln_1"), product("attn.c_attn"), product("attn.c_proj"),
        norm("ln_2"), product("mlp.c_fc"), product("mlp.c_proj"),
    )  # fmt: skip


def _shared(before: Sequence[int], after: Sequence[int]) -> int:
    """Returns how many tokens two sequences begin with together."""
    if after[: len(before)] == before:
        return len(before)
    for number, (old, new) in enumerate(zip(before, after, strict=False)):
        if old != new:
            return number
    return min(len(before), len(after))
