"""The melody network in torch, for training: a decoder-only transformer.

Pre-norm blocks of causal attention with rotary positions (Su et al., "RoFormer", 2021), so that only distances matter,
and a gated feed-forward layer (Shazeer, "GLU Variants Improve Transformer", 2020); RMS norms; no biases; the embedding
is also the output layer. `melody_decoder` runs the same weights one token at a time.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.backends.melody_tokens import NAMES

ROTARY_BASE = 10_000.0


@dataclass(frozen=True)
class Shape:
    """The sizes of a network."""

    width: int = 192
    layers: int = 4
    heads: int = 4
    hidden: int = 512
    vocabulary: int = len(NAMES)

    @property
    def head_width(self) -> int:
        """How many numbers each head sees of a token."""
        return self.width // self.heads

    def as_metadata(self) -> dict[str, str]:
        """Returns the sizes as a safetensors file keeps them."""
        return {name: str(value) for name, value in asdict(self).items()}


def shape_of(metadata: Mapping[str, str]) -> Shape:
    """Returns the sizes that `Shape.as_metadata` wrote."""
    return Shape(**{name: int(metadata[name]) for name in asdict(Shape())})


class Block(nn.Module):
    """Attention, then the feed-forward layer, each added to what came in."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.attention_norm = nn.RMSNorm(shape.width, eps=1e-5)
        self.qkv = nn.Linear(shape.width, 3 * shape.width, bias=False)
        self.out = nn.Linear(shape.width, shape.width, bias=False)
        self.hidden_norm = nn.RMSNorm(shape.width, eps=1e-5)
        self.gate_up = nn.Linear(shape.width, 2 * shape.hidden, bias=False)
        self.down = nn.Linear(shape.hidden, shape.width, bias=False)

    def forward(self, x: Tensor, cosine: Tensor, sine: Tensor, dropout: float) -> Tensor:
        """Returns shape (batch, tokens, width), as it came."""
        batch, tokens, width = x.shape
        qkv = self.qkv(self.attention_norm(x)).view(batch, tokens, 3, self.heads, width // self.heads)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)  # each (batch, heads, tokens, head width)
        query, key = rotated(query, cosine, sine), rotated(key, cosine, sine)
        seen = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        mixed = self.out(seen.transpose(1, 2).reshape(batch, tokens, width))
        x = x + functional.dropout(mixed, dropout, self.training)
        gate, up = self.gate_up(self.hidden_norm(x)).chunk(2, dim=-1)
        return x + functional.dropout(self.down(functional.silu(gate) * up), dropout, self.training)


class MelodyNetwork(nn.Module):
    """Gives for every token of a sequence how likely each token is to follow."""

    def __init__(self, shape: Shape | None = None, dropout: float = 0.0) -> None:
        super().__init__()
        self.shape = shape or Shape()
        self.dropout = dropout
        self.embedding = nn.Embedding(self.shape.vocabulary, self.shape.width)
        self.blocks = nn.ModuleList(Block(self.shape) for _ in range(self.shape.layers))
        self.norm = nn.RMSNorm(self.shape.width, eps=1e-5)
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, std=0.02)
        for name, parameter in self.named_parameters():
            if name.endswith(("out.weight", "down.weight")):
                nn.init.normal_(parameter, std=0.02 / (2 * self.shape.layers) ** 0.5)

    def forward(self, tokens: Tensor) -> Tensor:
        """Returns logits, shape (batch, tokens, vocabulary); tokens are integers of shape (batch, tokens)."""
        cosine, sine = rotations(tokens.shape[1], self.shape.head_width, tokens.device)
        x = functional.dropout(self.embedding(tokens), self.dropout, self.training)
        for block in self.blocks:
            x = block(x, cosine, sine, self.dropout)
        return functional.linear(self.norm(x), self.embedding.weight)


def rotations(count: int, head_width: int, device: torch.device | str) -> tuple[Tensor, Tensor]:
    """Returns cosine and sine of the angle of each position and pair, shape (count, head_width / 2)."""
    rates = ROTARY_BASE ** (-torch.arange(0, head_width, 2, device=device) / head_width)
    angles = torch.arange(count, device=device)[:, None] * rates
    return angles.cos(), angles.sin()


def rotated(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Returns queries or keys turned by their positions; the pairs are the first and the second half of a head."""
    first, second = x.chunk(2, dim=-1)
    return torch.cat((first * cosine - second * sine, second * cosine + first * sine), dim=-1)
