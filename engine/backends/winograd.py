"""Convolutions of 3x3 with a quarter of the multiplications, by Winograd's minimal filtering.

Lavin and Gray, "Fast algorithms for convolutional neural networks" (https://arxiv.org/abs/1509.09308), F(4x4, 3x3): a
tile of 6x6 inputs gives 4x4 outputs. Inputs and kernel are transformed, multiplied place by place (which for all
channels together is 36 matrix products), and transformed back. The transforms cost about as much for each channel as
the products do for each pair of channels, so that many channels are needed for it to pay.

Rounding errors are some ten times those of a plain convolution: 110 dB below the result.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # its customary name

_TILE = 4
_PATCH = 6
_TILE_ROWS = 4
"""Rows of tiles in a part; what it needs in between stays in the cache."""
_MIN_CHANNELS = 96

# Lavin and Gray, section 5.2 of their first version: y = A' [(G g) * (B' d)], in one dimension.
_INPUT = torch.tensor(
    [
        [4, 0, -5, 0, 1, 0],
        [0, -4, -4, 1, 1, 0],
        [0, 4, -4, -1, 1, 0],
        [0, -2, -1, 2, 1, 0],
        [0, 2, -1, -2, 1, 0],
        [0, 4, 0, -5, 0, 1],
    ],
    dtype=torch.float64,
)
_KERNEL = torch.tensor(
    [[6, 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 24]],
    dtype=torch.float64,
) / 24  # fmt: skip
_OUTPUT = torch.tensor(
    [[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]],
    dtype=torch.float64,
)


class WinogradConv(nn.Module):
    """A 3x3 convolution with a border of one, for heights and widths that are multiples of four; others go plainly."""

    def __init__(self, conv: nn.Conv2d) -> None:
        super().__init__()
        self.conv = conv
        self.bias = nn.Buffer(conv.bias.detach()[:, None, None] if conv.bias is not None else torch.zeros(()))
        kernel = torch.einsum("ai,ocij,bj->aboc", _KERNEL, conv.weight.double(), _KERNEL)
        self.kernel = nn.Buffer(kernel.reshape(_PATCH**2, conv.out_channels, conv.in_channels).float())
        self.to_products = nn.Buffer(torch.kron(_INPUT, _INPUT).float())
        self.from_products = nn.Buffer(torch.kron(_OUTPUT, _OUTPUT).float())

    @staticmethod
    def pays_for(conv: nn.Conv2d) -> bool:
        """Returns whether the convolution is of this kind, with enough channels."""
        is_3x3 = conv.kernel_size == (3, 3) and conv.padding == (1, 1)
        is_plain = conv.stride == (1, 1) and conv.dilation == (1, 1) and conv.groups == 1
        return is_3x3 and is_plain and conv.in_channels >= _MIN_CHANNELS

    def forward(self, x: Tensor) -> Tensor:
        """Returns shape (batch, channels, height, width)."""
        if x.shape[2] % _TILE or x.shape[3] % _TILE:
            result: Tensor = self.conv(x)
            return result
        return torch.stack([self._one(image) for image in x])

    def _one(self, x: Tensor) -> Tensor:
        _, height, width = x.shape
        patches = F.pad(x, (1, 1, 1, 1)).unfold(1, _PATCH, _TILE).unfold(2, _PATCH, _TILE)
        result = x.new_empty(self.conv.out_channels, height, width)
        # (channels, rows of tiles, tiles in a row, 6, 6) and (channels, rows of tiles, 4, tiles in a row, 4)
        tiles = result.view(-1, height // _TILE, _TILE, width // _TILE, _TILE)
        for start in range(0, height // _TILE, _TILE_ROWS):
            part = patches[:, start : start + _TILE_ROWS]
            inputs = self.to_products @ part.permute(3, 4, 0, 1, 2).reshape(_PATCH**2, -1)
            products = self.kernel @ inputs.view(_PATCH**2, self.conv.in_channels, -1)
            outputs = (self.from_products @ products.view(_PATCH**2, -1)).view(_TILE, _TILE, -1, *part.shape[1:3])
            tiles[:, start : start + _TILE_ROWS] = outputs.permute(2, 3, 0, 4, 1)
        return result.add_(self.bias)
