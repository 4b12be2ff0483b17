"""What a one-shot is: a kick, a snare, a hat and so on, by a few numbers that a drummer would recognise.

Where its power lies (below 150 Hz, above 4 kHz, and on the whole), which pitch is strongest, how noisy the sound is,
and how long it rings. `one_shot_kind` has the rules. Their thresholds were chosen on every other kit of Debian's
hydrogen-drumkits, whose file names say what they are, and measured on the kits in between (docs/models.md).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.audio import Samples

LOW_HZ = 150.0
HIGH_HZ = 4000.0
DECAY_DB = 20.0
SEMITONE = 2 ** (1 / 12)

_ENVELOPE_SEC = 0.005
_AUDIBLE = 0.01
"""What is below -40 dB of the peak, before the sound, is not part of it."""
_MAX_SEC = 3.0


@dataclass(frozen=True)
class Timbre:
    """The numbers."""

    low_share: float
    """Share of the power below LOW_HZ."""
    high_share: float
    """Share of the power above HIGH_HZ."""
    centroid_hz: float
    """Mean frequency of the power."""
    pitch_hz: float
    """Where the spectrum is strongest."""
    pitch_share: float
    """Share of the power within a semitone of it."""
    flatness: float
    """Geometric over arithmetic mean of the power from 100 Hz to 8 kHz: 1 for white noise, near 0 for tones."""
    decay_sec: float
    """From where the sound first comes within 3 dB of its peak to where it has fallen by DECAY_DB for good."""


def one_shot_kind(sound: Timbre) -> str:
    """Returns kick, tom, bass, snare, clap, hat, cymbal or tone.

    Bass is what is low and rings longer than drums do; tone is whatever has overtones and no noise.
    """
    if sound.low_share > 0.3:
        return _low_kind(sound)
    if sound.flatness < 0.004:
        return "tone"
    if sound.high_share < 0.09:
        return "clap" if sound.centroid_hz > 1400 else "snare"
    if sound.decay_sec > 0.65:
        return "cymbal"
    # A snare's drum is heard below its wires; a hat has no such body.
    return "snare" if sound.pitch_hz < 325 and sound.centroid_hz < 3500 else "hat"


def _low_kind(sound: Timbre) -> str:
    if sound.decay_sec > 1.3:
        return "bass"
    is_short = sound.decay_sec < (0.2 if sound.pitch_share > 0.35 else 0.3)
    return "kick" if is_short and sound.centroid_hz < 210 else "tom"


def timbre(samples: Samples, sample_rate_hz: int) -> Timbre:
    """Returns the timbre of a sound, shape (channels, samples); the first seconds from where it is audible."""
    sound = _audible(samples.mean(axis=0, dtype=np.float64), sample_rate_hz)
    power = np.square(np.abs(np.fft.rfft(sound * _fade_out(len(sound)))))
    bins_hz = np.fft.rfftfreq(len(sound), 1 / sample_rate_hz)
    # Below 20 Hz there is nothing to hear, and offsets of recordings lie there.
    power[bins_hz < 20] = 0
    power /= max(power.sum(), 1e-30)
    pitch_hz = float(bins_hz[power.argmax()])
    near = (bins_hz > pitch_hz / SEMITONE) & (bins_hz < pitch_hz * SEMITONE)
    return Timbre(
        low_share=float(power[bins_hz < LOW_HZ].sum()),
        high_share=float(power[bins_hz > HIGH_HZ].sum()),
        centroid_hz=float(power @ bins_hz),
        pitch_hz=pitch_hz,
        pitch_share=float(power[near].sum()),
        flatness=_flatness(power[(bins_hz > 100) & (bins_hz < 8000)]),
        decay_sec=_decay_sec(_envelope(sound, round(_ENVELOPE_SEC * sample_rate_hz))),
    )


def _flatness(power: NDArray[np.float64]) -> float:
    if not power.any():
        return 0.0
    return float(np.exp(np.log(power + 1e-20).mean()) / power.mean())


def _audible(sound: NDArray[np.float64], sample_rate_hz: int) -> NDArray[np.float64]:
    peak = np.abs(sound).max(initial=0)
    start = int(np.argmax(np.abs(sound) >= _AUDIBLE * peak)) if peak else 0
    return sound[start : start + round(_MAX_SEC * sample_rate_hz)] if len(sound) else np.zeros(1)


def _fade_out(count: int) -> NDArray[np.float64]:
    """Returns a window that keeps the attack and lets a sound that was cut off end softly."""
    return np.cos(np.linspace(0, np.pi / 2, count)) ** 0.5


def _envelope(sound: NDArray[np.float64], block_samples: int) -> NDArray[np.float64]:
    """Returns the mean power of consecutive blocks."""
    count = -(-len(sound) // block_samples)
    padded = np.pad(sound, (0, count * block_samples - len(sound)))
    envelope: NDArray[np.float64] = np.square(padded).reshape(count, block_samples).mean(axis=1)
    return envelope


def _decay_sec(envelope: NDArray[np.float64]) -> float:
    loud = np.flatnonzero(envelope >= envelope.max(initial=0) / 10 ** (DECAY_DB / 10))
    begin = np.argmax(envelope >= envelope.max(initial=0) / 2) if len(envelope) else 0
    return float((loud[-1] - begin + 1) * _ENVELOPE_SEC) if len(loud) else 0.0
