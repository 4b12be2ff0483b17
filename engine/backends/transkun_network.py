"""Transkun's network: from a segment of audio to what the decoder and the attributes of notes need.

Yan and Duan, "Scoring time intervals using non-hierarchical transformer for automatic piano transcription" (ISMIR
2024). The weights are the authors' own; the code is ours.

    samples → log mel spectrogram under six windows → convolutions, patches of 8 frames x 4 bands
            → grid of tokens: time x (bands + 90 tracks) → 6 layers of attention, along the bands, then along time
            → the tracks' tokens, 8 frames each → context: (tracks, frames, features)

A track is a key of the piano or one of two pedals. The tracks are tokens like the bands, appended to each step of time,
so that attention along the "bands" reads the spectrum into them. From the context come the scores of intervals (the
inner product of what the two frames say, times the length), of single frames, and the attributes of chosen intervals.

Nothing here is learned, and all segments have one length; so the last layer computes the tracks only, and the codes of
the positions are computed once.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.backends.semi_crf import Scores

SAMPLE_RATE_HZ = 44_100
HOP_SAMPLES = 1024
WINDOW_SAMPLES = 4096
SEGMENT_SAMPLES = 16 * SAMPLE_RATE_HZ
FRAME_COUNT = -(-SEGMENT_SAMPLES // HOP_SAMPLES) + 1

SUSTAIN_TRACK = -64
SOFT_TRACK = -67
TRACKS = (SUSTAIN_TRACK, SOFT_TRACK, *range(21, 109))
"""Pedals by their MIDI controller number, negated; then the keys of the piano by their MIDI pitch."""

WINDOW_COUNT = 6
BAND_COUNT = 229
BIN_COUNT = 744
"""Bins that the bands reach: up to 8 kHz."""

WIDTH = 256
HEAD_COUNT = 8
LAYER_COUNT = 6

_PATCH_FRAMES = 8
_STEP_COUNT = (FRAME_COUNT + 2 * (_PATCH_FRAMES - 1)) // _PATCH_FRAMES
_GRID_BANDS = 58
_CONVOLVED_CHANNELS = (WIDTH // 4, WIDTH // 2, WIDTH, WIDTH, WIDTH)
_STRIDES = ((2, 1), (2, 2), (2, 2), (1, 1))
_PATCH_MARGINS = (2, 1, 4, 3)  # of bands, then of frames
_NORM_GROUPS = 4
_NORM_EPSILON = 1e-6
_POWER_FLOOR = 1e-5
_SILENCE = 1e-8


class MelSpectrogram(nn.Module):
    """A Hann window and five learned ones look at each frame; their power is averaged over the channels."""

    hann: Tensor
    center: Tensor
    deviation: Tensor
    bands: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("hann", torch.empty(WINDOW_SAMPLES))
        self.register_buffer("center", torch.empty(WINDOW_COUNT - 1))
        self.register_buffer("deviation", torch.empty(WINDOW_COUNT - 1))
        self.register_buffer("bands", torch.empty(BIN_COUNT, BAND_COUNT))

    def forward(self, samples: Tensor) -> Tensor:
        """Returns the levels of (channels, SEGMENT_SAMPLES): 0 for silence; shape (windows, frames, bands)."""
        half = WINDOW_SAMPLES // 2
        covered = (FRAME_COUNT - 1) * HOP_SAMPLES
        padded = functional.pad(samples, (half, covered + half - SEGMENT_SAMPLES))
        frames = padded.unfold(-1, WINDOW_SAMPLES, HOP_SAMPLES)
        frames = (frames - frames.mean()) / (frames.std() + _SILENCE)
        mel = torch.stack([self._power(frames * window) @ self.bands for window in self._windows()])
        return 1 - (mel + _POWER_FLOOR).log() / math.log(_POWER_FLOOR)

    def _windows(self) -> Tensor:
        position = torch.arange(WINDOW_SAMPLES, device=self.hann.device) / WINDOW_SAMPLES
        center, deviation = torch.sigmoid(self.center)[:, None], torch.sigmoid(self.deviation)[:, None] / 2
        return torch.cat([self.hann[None], torch.exp(-((position - center) / deviation).square() / 2)])

    def _power(self, frames: Tensor) -> Tensor:
        spectrum = torch.view_as_real(torch.fft.rfft(frames, norm="ortho")[..., :BIN_COUNT])
        return spectrum.square().sum(-1).mean(0)


class PositionCode(nn.Module):
    """Says where a token is: cosines of learned frequencies, and a small network."""

    def __init__(self, coordinate_count: int, width: int) -> None:
        super().__init__()
        self.phase = nn.Linear(coordinate_count, width)
        self.wide = nn.Linear(width, 4 * width)
        self.narrow = nn.Linear(4 * width, width)

    def forward(self, *coordinates: Tensor) -> Tensor:
        """Returns the codes of all combinations, one axis for each coordinate and then the code."""
        grid = torch.stack(torch.meshgrid(*coordinates, indexing="ij"), dim=-1)
        phase = self.phase(grid)
        code: Tensor = self.narrow(functional.gelu(self.wide(phase.cos() / math.sqrt(phase.shape[-1] / 2))))
        return code


class AxialBlock(nn.Module):
    """Attention along one axis of the grid and a feed-forward network, each added at a learned scale."""

    def __init__(self) -> None:
        super().__init__()
        self.query = nn.Linear(WIDTH, WIDTH, bias=False)
        self.key_value = nn.Linear(WIDTH, 2 * WIDTH, bias=False)
        self.mix = nn.Linear(WIDTH, WIDTH)
        self.mix_scale = nn.Parameter(torch.ones(WIDTH))
        self.wide = nn.Linear(WIDTH, 4 * WIDTH)
        self.narrow = nn.Linear(4 * WIDTH, WIDTH)
        self.narrow_scale = nn.Parameter(torch.ones(WIDTH))

    def forward(self, x: Tensor, memory: Tensor) -> Tensor:
        """Returns the tokens `x` after they have looked at those of `memory`, shape (rows, tokens, width)."""
        query = self.query(_normed(x)).unflatten(-1, (HEAD_COUNT, -1)).transpose(1, 2)
        key, value = self.key_value(memory).unflatten(-1, (2, HEAD_COUNT, -1)).permute(2, 0, 3, 1, 4)
        # Four axes: with five, as the authors have it, PyTorch does not choose its blockwise kernel.
        seen = functional.scaled_dot_product_attention(query, key, value)
        x = torch.addcmul(x, self.mix(seen.transpose(1, 2).flatten(-2)), self.mix_scale)
        return torch.addcmul(x, self.narrow(functional.gelu(self.wide(_normed(x)))), self.narrow_scale)


class Backbone(nn.Module):
    """From the spectrogram to the context of the tracks."""

    def __init__(self) -> None:
        super().__init__()
        channels = _CONVOLVED_CHANNELS
        self.first = nn.Conv2d(WINDOW_COUNT, channels[0], 3, padding=1)
        self.band_code = PositionCode(1, channels[0])
        self.patch = nn.ModuleList(
            nn.Conv2d(channels[level], channels[level + 1], 3, padding=1, stride=stride)
            for level, stride in enumerate(_STRIDES)
        )
        self.patch_norm = nn.ModuleList(nn.GroupNorm(_NORM_GROUPS, count) for count in channels[1:])
        self.grid_code = PositionCode(2, WIDTH)
        self.track_code = PositionCode(2, WIDTH)
        self.along_bands = nn.ModuleList(AxialBlock() for _ in range(LAYER_COUNT))
        self.along_time = nn.ModuleList(AxialBlock() for _ in range(LAYER_COUNT))
        self.unpatch = nn.Linear(WIDTH, _PATCH_FRAMES * WIDTH)
        self._codes: tuple[Tensor, Tensor, Tensor] | None = None

    def forward(self, mel: Tensor) -> Tensor:
        """Returns the context of (windows, frames, bands), shape (tracks, frames, width)."""
        band_code, grid_code, track_code = self._position_codes()
        x = self.first(mel[None]) + band_code.T[:, None]
        x = functional.pad(x, _PATCH_MARGINS)
        for level, (convolution, norm) in enumerate(zip(self.patch, self.patch_norm, strict=True)):
            x = norm(convolution(x if level == 0 else functional.gelu(x)))
        # An empty step and an empty band go before the grid.
        grid = functional.pad(x[0].permute(1, 2, 0), (0, 0, 1, 0, 1, 0)) + grid_code
        return self._frames(self._attend(torch.cat([grid, track_code], dim=1)))

    def _attend(self, tokens: Tensor) -> Tensor:
        """Returns the tokens of the tracks, shape (tracks, steps, width), from all: (steps, bands + tracks, width)."""
        track_count = len(TRACKS)
        for number, (along_bands, along_time) in enumerate(zip(self.along_bands, self.along_time, strict=True)):
            # Nothing looks at the bands after the last layer.
            asking = tokens[:, -track_count:] if number == LAYER_COUNT - 1 else tokens
            # Both look at what the layer was given.
            rows = along_bands(asking, tokens).transpose(0, 1).contiguous()
            tokens = along_time(rows, asking.transpose(0, 1)).transpose(0, 1)
        return tokens.transpose(0, 1)

    def _frames(self, tokens: Tensor) -> Tensor:
        frames: Tensor = self.unpatch(tokens[:, 1:]).reshape(len(TRACKS), -1, WIDTH)
        return frames[:, :FRAME_COUNT]

    def _position_codes(self) -> tuple[Tensor, Tensor, Tensor]:
        """Returns the codes of the bands, of the grid and of the tracks; they are the same in every segment."""
        if self._codes is None:
            device = self.unpatch.weight.device
            steps = torch.arange(_STEP_COUNT + 1.0, device=device)
            bands = torch.arange(float(BAND_COUNT), device=device)
            tracks = torch.tensor(TRACKS, dtype=torch.float32, device=device)
            grid_code = self.grid_code(steps, torch.arange(_GRID_BANDS + 1.0, device=device))
            self._codes = self.band_code(bands), grid_code, self.track_code(steps, tracks)
        return self._codes


class Attributes(nn.Module):
    """Reads something of an interval out of the contexts of its two frames."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.wide = nn.Linear(3 * WIDTH, 2 * WIDTH)
        self.narrow = nn.Linear(2 * WIDTH, count)

    def forward(self, ends: Tensor) -> Tensor:
        """Returns the logits for (intervals, 3 x width)."""
        logits: Tensor = self.narrow(functional.gelu(self.wide(ends)))
        return logits


class Transkun(nn.Module):
    """The whole network, and the heads on its context."""

    def __init__(self) -> None:
        super().__init__()
        self.spectrogram = MelSpectrogram()
        self.backbone = Backbone()
        self.interval = nn.Linear(WIDTH, 2 * WIDTH + 1)
        self.velocity = Attributes(128)
        self.boundary = Attributes(4)

    def forward(self, samples: Tensor) -> Tensor:
        """Returns the context of a segment (channels, SEGMENT_SAMPLES), shape (tracks, frames, width)."""
        context: Tensor = self.backbone(self.spectrogram(samples))
        return context

    def scores(self, context: Tensor) -> tuple[Scores, Tensor]:
        """Returns the scores of intervals and of single frames, as `semi_crf.best_paths` takes them."""
        end, begin, single = self.interval(context).split([WIDTH, WIDTH, 1], dim=-1)
        end = end.transpose(1, 2) / math.sqrt(WIDTH)
        frames = torch.arange(context.shape[1], device=context.device)

        def block(first: int, last: int) -> Tensor:
            lengths = frames[first:] - frames[first:last, None]
            products: Tensor = begin[:, first:last] @ end[:, :, first:]
            return products.mul_(lengths)

        return block, single[..., 0]

    def attributes(self, context: Tensor, tracks: Tensor, begins: Tensor, ends: Tensor) -> tuple[Tensor, Tensor]:
        """Returns the logits of velocities, and those of where intervals begin and end in their frames and whether.

        Args:
            context: of a segment.
            tracks: index of each interval's track, shape (intervals,).
            begins: their first frames.
            ends: their last frames.

        Shape:
            (intervals, 128) and (intervals, 4): shift of the begin, shift of the end, whether it begins in this
            segment, whether it ends in it.
        """
        first, last = context[tracks, begins], context[tracks, ends]
        pair = torch.cat([first, last, first * last], dim=-1)
        velocity: Tensor = self.velocity(pair)
        boundary: Tensor = self.boundary(pair)
        return velocity, boundary


def _normed(x: Tensor) -> Tensor:
    return functional.rms_norm(x, (WIDTH,), eps=_NORM_EPSILON)
