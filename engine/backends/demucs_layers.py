"""Cheaper forms of some of demucs' layers, equal up to rounding.

A demucs model spends most of its time in large products and convolutions, which run near what the processor can do,
and much of the rest on moving tensors of tens of megabytes through memory once per operation. The forms below do the
same with fewer multiplications or in fewer passes, on parts that stay in the cache. Together, on cores with AVX-512,
HTDemucs takes a tenth less of the processor's time; it differs by float32 rounding, 119 dB below the stems.
"""

from functools import partial
from typing import Any

import torch
from demucs.demucs import DConv
from demucs.hdemucs import HDemucs
from demucs.htdemucs import HTDemucs
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812  # its customary name

from engine.backends.winograd import WinogradConv

_CACHED_VALUES = 1 << 20
"""float32 values of the largest intermediate of a part: 4 MB."""


def use_cheaper_layers(model: nn.Module) -> None:
    """Replaces layers of `model`, in place."""
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, DConv) and all(_is_plain(layer) for layer in child.layers):
                setattr(module, name, FoldedDConv(child))
            elif isinstance(child, nn.ConvTranspose2d) and _is_two_tap(child):
                setattr(module, name, TwoTapTransposedConv(child))
            elif isinstance(child, nn.Conv2d) and WinogradConv.pays_for(child):
                setattr(module, name, WinogradConv(child))
    if isinstance(model, (HDemucs, HTDemucs)) and model.cac and not getattr(model, "hybrid_old", False):
        model._mask = _unchanged
        model._ispec = partial(_inverse_spectrogram, model.hop_length)


class FoldedDConv(nn.Module):
    """A `DConv` residual branch whose second normalisation is folded into the convolution before it.

    Each of its layers ends in a 1x1 convolution from few channels h to many y = W h + b, a GroupNorm of one group, a
    gated linear unit and a scale. Mean and variance of y follow from the mean m and the covariance S of h:

        mean(y) = mean over channels of d,  d = W m + b
        var(y)  = sum(S * W'W) / channels + var over channels of d

    so that y is computed once, already normalised, instead of being written, measured and rewritten.
    """

    def __init__(self, dconv: DConv) -> None:
        super().__init__()
        self.layers = nn.ModuleList(_FoldedLayer(layer) for layer in dconv.layers)

    def forward(self, x: Tensor) -> Tensor:
        """Returns x plus its branches, shape (rows, channels, frames)."""
        rows = max(1, _CACHED_VALUES // (2 * x.shape[1] * x.shape[2]))
        result = torch.empty_like(x, memory_format=torch.contiguous_format)
        for part, target in zip(torch.split(x, rows), torch.split(result, rows), strict=True):
            for layer in self.layers:
                part = layer(part)  # each layer takes what the one before gave
            target.copy_(part)
        return result


class _FoldedLayer(nn.Module):
    def __init__(self, layer: Any) -> None:  # noqa: ANN401  # a sequence of seven layers, each of its own type
        super().__init__()
        first, norm, activation, second, last_norm, _, scale = layer
        self.first = nn.Sequential(_ThreeTapConv(first), norm, activation)
        self.weight = nn.Buffer(second.weight[:, :, 0])
        self.bias = nn.Buffer(second.bias)
        # The branch's scale applies to the values, not to their gates.
        gain = torch.cat([scale.scale, torch.ones_like(scale.scale)])
        self.gain = nn.Buffer(last_norm.weight * gain)
        self.offset = nn.Buffer(last_norm.bias * gain)
        self.gram = nn.Buffer(self.weight.T @ self.weight / len(self.weight))
        self.eps = last_norm.eps

    def forward(self, x: Tensor) -> Tensor:
        """Returns x plus the branch, shape (rows, channels, frames)."""
        h = self.first(x)
        weight = self._normalised(h)
        h = F.pad(h, (0, 0, 0, 1), value=1.0)
        result = torch.empty_like(x)
        frames = max(1, _CACHED_VALUES // (len(self.weight) * len(x)))
        for start in range(0, x.shape[-1], frames):
            part = slice(start, start + frames)
            torch.add(x[..., part], F.glu(weight @ h[..., part], dim=1), out=result[..., part])
        return result

    def _normalised(self, h: Tensor) -> Tensor:
        """Returns each row's own weight, with its bias as a last column, shape (rows, channels, hidden + 1)."""
        mean = h.mean(dim=-1, keepdim=True)
        centred = h - mean
        covariance = centred @ centred.transpose(1, 2) / h.shape[-1]
        d = (self.weight @ mean)[:, :, 0] + self.bias
        variance = (covariance * self.gram).sum(dim=(1, 2)) + d.var(dim=1, correction=0)
        gain = self.gain * torch.rsqrt(variance + self.eps)[:, None]
        bias = gain * (self.bias - d.mean(dim=1, keepdim=True)) + self.offset
        return torch.cat([gain[:, :, None] * self.weight, bias[:, :, None]], dim=-1)


class _ThreeTapConv(nn.Module):
    """A convolution of three taps to few channels as one product, its rows then added with a shift."""

    def __init__(self, conv: Any) -> None:  # noqa: ANN401  # torch says that a bias may be missing; here none is
        super().__init__()
        self.dilation = conv.dilation[0]
        self.weight = nn.Buffer(conv.weight.permute(2, 0, 1).reshape(-1, conv.in_channels))
        self.bias = nn.Buffer(conv.bias[:, None])

    def forward(self, x: Tensor) -> Tensor:
        """Returns shape (rows, hidden, frames)."""
        before, here, after = (self.weight @ x).chunk(3, dim=1)
        result = here + self.bias
        result[..., self.dilation :] += before[..., : -self.dilation]
        result[..., : -self.dilation] += after[..., self.dilation :]
        return result


class TwoTapTransposedConv(nn.Module):
    """A transposed convolution along frequency whose kernel is twice its stride.

    Every output depends on two inputs, so that it is a convolution of two taps with `stride` times as many channels,
    interleaved: for that there are fast kernels.
    """

    def __init__(self, conv: Any) -> None:  # noqa: ANN401  # as above
        super().__init__()
        self.stride = conv.stride[0]
        inputs, self.channels = conv.weight.shape[:2]
        taps = conv.weight.reshape(inputs, self.channels, 2, self.stride).flip(2)
        self.weight = nn.Buffer(taps.permute(1, 3, 0, 2).reshape(-1, inputs, 2, 1).contiguous())
        self.bias = nn.Buffer(conv.bias)  # a MultiWrap around the layer reads it
        self.interleaved_bias = nn.Buffer(conv.bias.repeat_interleave(self.stride))

    def forward(self, x: Tensor) -> Tensor:
        """Returns shape (batch, channels, stride x (frequencies + 1), frames)."""
        y = F.conv2d(x, self.weight, self.interleaved_bias, padding=(1, 0))
        batch, _, frequencies, frames = y.shape
        y = y.view(batch, self.channels, self.stride, frequencies, frames).transpose(2, 3)
        return y.reshape(batch, self.channels, frequencies * self.stride, frames)


def _unchanged(mix_spectrogram: Tensor, spectrogram: Tensor) -> Tensor:
    """Returns the stems' spectrogram as it is: real and imaginary parts as channels."""
    return spectrogram


def _inverse_spectrogram(hop: int, spectrogram: Tensor, length: int) -> Tensor:
    """Returns the waveform, shape (batch, stems, channels, length), of a spectrogram in real and imaginary parts.

    It stands for `_mask` and `_ispec` of a model, which move the spectrogram through memory six times on the way; here
    it goes once to where the inverse transform reads it: one frame after the other, with a bin on top and two frames
    on each side that are zero.
    """
    batch, stems, parts, bins, frames = spectrogram.shape
    channels = parts // 2
    padded = spectrogram.new_zeros(batch * stems * channels, frames + 4, bins + 1, 2)
    padded[:, 2:-2, :-1] = spectrogram.reshape(-1, 2, bins, frames).permute(0, 3, 2, 1)
    margin = hop // 2 * 3
    waveform = torch.istft(
        torch.view_as_complex(padded).transpose(1, 2),
        2 * bins,
        hop,
        window=torch.hann_window(2 * bins, device=spectrogram.device),
        normalized=True,
        length=hop * -(-length // hop) + 2 * margin,
    )
    return waveform[:, margin : margin + length].view(batch, stems, channels, length)


def _is_plain(layer: nn.Sequential) -> bool:
    """Returns whether the branch has neither an LSTM nor attention, and normalises over all channels at once."""
    return len(layer) == 7 and isinstance(layer[4], nn.GroupNorm) and layer[4].num_groups == 1


def _is_two_tap(conv: nn.ConvTranspose2d) -> bool:
    return conv.kernel_size == (2 * conv.stride[0], 1) and conv.padding == (0, 0)
