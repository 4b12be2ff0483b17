"""The picture of the sound that the drum network sees: mel bands in bels, a frame every 10 ms.

At 44.1 kHz, frame `t` is centred on sample 441 t: a Hann window of 2048 samples, its power in 96 triangular bands that
are equally wide on the mel scale between 25 Hz and 20 kHz. Bels (decades of power) span digital silence, which is the
floor of -10, to full scale, about +2.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.fft import rfft

from engine.audio import Samples

SAMPLE_RATE_HZ = 44_100
HOP_SAMPLES = 441
FRAME_RATE_HZ = SAMPLE_RATE_HZ / HOP_SAMPLES
WINDOW_SAMPLES = 2048
MARGIN_SAMPLES = WINDOW_SAMPLES // 2
"""How far a frame reaches to either side of its centre."""
BAND_COUNT = 96
LOWEST_HZ, HIGHEST_HZ = 25.0, 20_000.0
FLOOR_BELS = -10.0

_WINDOW = np.hanning(WINDOW_SAMPLES + 1)[:-1].astype(np.float32)


def log_mel(samples: Samples) -> NDArray[np.float32]:
    """Returns the frames that lie wholly in `samples`, shape (frames, bands), in bels.

    Args:
        samples: one channel, shape (samples,); the first frame is centred on sample MARGIN_SAMPLES. Pad by
            MARGIN_SAMPLES at both ends to have frames of the whole audio.
    """
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW_SAMPLES)[::HOP_SAMPLES]
    spectrum = rfft(frames * _WINDOW)
    power = spectrum.real**2 + spectrum.imag**2
    bels = np.log10(power @ _BANDS + np.float32(10**FLOOR_BELS))
    return np.asarray(bels, dtype=np.float32)


def _mel(frequency_hz: ArrayLike) -> NDArray[np.float64]:
    """Returns mels as O'Shaughnessy (1987) defines them."""
    return np.asarray(2595.0 * np.log10(1.0 + np.asarray(frequency_hz) / 700.0))


def _band_weights() -> NDArray[np.float32]:
    """Returns the triangles, shape (bins, bands), scaled so that a sine of amplitude 1 has about 1 bel or less."""
    bin_mels = _mel(np.fft.rfftfreq(WINDOW_SAMPLES, 1 / SAMPLE_RATE_HZ))
    edges = np.linspace(_mel(LOWEST_HZ), _mel(HIGHEST_HZ), BAND_COUNT + 2)
    rising = (bin_mels[:, None] - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bin_mels[:, None]) / (edges[2:] - edges[1:-1])
    triangles = np.clip(np.minimum(rising, falling), 0, None)
    # At the bottom bands are narrower than bins: each takes what lies nearest, so that none is empty.
    empty = triangles.sum(axis=0) == 0
    nearest = np.abs(bin_mels[:, None] - edges[1:-1]).argmin(axis=0)
    triangles[nearest[empty], np.flatnonzero(empty)] = 1.0
    return np.asarray(triangles * (16.0 / WINDOW_SAMPLES) ** 2 * 4, dtype=np.float32)


_BANDS = _band_weights()
