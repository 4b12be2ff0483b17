"""The LSTM that the transformer is measured against: as many parameters, the same tokens, the same recipe.

Two layers, the embedding also the output layer. oneDNN's LSTM can stop the process on machines that announce matrix
units and do not allow them, so that torch's own is used.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.backends.melody_tokens import NAMES


class MelodyLstm(nn.Module):
    """Gives for every token of a sequence how likely each token is to follow."""

    def __init__(self, width: int = 336, layers: int = 2, dropout: float = 0.0) -> None:
        super().__init__()
        self.dropout = dropout
        self.embedding = nn.Embedding(len(NAMES), width)
        self.lstm = nn.LSTM(width, width, layers, batch_first=True, dropout=dropout)
        nn.init.normal_(self.embedding.weight, std=0.05)

    def forward(self, tokens: Tensor) -> Tensor:
        """Returns logits, shape (batch, tokens, vocabulary); tokens are integers of shape (batch, tokens)."""
        x = functional.dropout(self.embedding(tokens), self.dropout, self.training)
        was_enabled = torch.backends.mkldnn.set_flags(_enabled=False)[0]  # type: ignore[no-untyped-call]
        try:
            found, _ = self.lstm(x)
        finally:
            torch.backends.mkldnn.set_flags(_enabled=was_enabled)  # type: ignore[no-untyped-call]
        return functional.linear(functional.dropout(found, self.dropout, self.training), self.embedding.weight)
