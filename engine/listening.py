"""Listening before transcribing: how loud a recording is, what a tagger hears in it, and so what cannot be good.

Levels are measured on all of the recording; a tagger hears a few excerpts, from where its energy lies: a stem out of a
song may be silent for most of its length. Which model "auto" takes is decided in `engine.model_choice`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.audio import Samples
from engine.audio_file import probe
from engine.audio_stream import excerpts, open_stream
from engine.backends import find_card
from engine.backends.base import Recording, Report
from engine.errors import Unavailable, WeightsCorrupt
from engine.progress import part_of, watched
from engine.worker import Worker

TAGGER = "MTT_musicnn"
"""It learnt instruments and voices; the tagger of the Million Song Dataset learnt styles."""
SILENCE_DB = -70.0
"""A recording is silent if its loudest second or so is quieter."""
FULL_SCALE = 0.999
CLIPPED_SHARE = 1e-4
"""Peaks that just touch full scale are fewer than this."""
VOICE_SCORE = 0.12
"""Voices have more, instruments less."""
NOISE_FLATNESS = 0.3
"""White noise has 0.56; music of any kind is far below 0.1 most of the time."""

_EXCERPT_SEC = 6.0
_EXCERPTS_AT = (1 / 8, 3 / 8, 5 / 8, 7 / 8)
"""Shares of the energy that have passed in the middle of the excerpts."""
_FRAME_SAMPLES = 2048
_VOICE_TAGS = ("vocal", "vocals", "voice", "singing", "male vocal", "female vocal", "male voice", "female voice")


@dataclass(frozen=True)
class Sound:
    """What was heard."""

    loudest_db: float
    """Level of its loudest block, 0.7 to 6 s, relative to full scale; minus infinity for digital silence."""
    clipped_share: float
    """Share of the samples that stand at full scale."""
    flatness: float
    """Median spectral flatness of what is not silent, 0 (tones) to 1 (noise)."""
    tags: Mapping[str, float]
    """Mean scores, 0 to 1; empty where the tagger's weights are out of reach."""
    thirds_sec: tuple[float, float] = (0.0, 0.0)
    """When a third and two thirds of its energy have passed."""

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to hear."""
        return self.loudest_db < SILENCE_DB

    @property
    def is_clipped(self) -> bool:
        """Whether it was recorded too loud."""
        return self.clipped_share > CLIPPED_SHARE

    @property
    def is_noise(self) -> bool:
        """Whether it has no tones."""
        return self.flatness > NOISE_FLATNESS

    @property
    def is_percussive(self) -> bool:
        """Whether the tagger hears drums before anything else."""
        return bool(self.tags) and max(self.tags, key=lambda tag: self.tags[tag]) in ("drums", "beat", "beats")

    @property
    def voice_score(self) -> float:
        """The strongest of the tags that mean a voice."""
        return max((self.tags.get(tag, 0.0) for tag in _VOICE_TAGS), default=0.0)


def listen(audio: Path, worker: Worker, report: Report) -> Sound:
    """Returns what a recording sounds like.

    Args:
        audio: an audio file that `probe` accepts.
        worker: has the tagger; this is called on its thread.
        report: called all along; what it raises ends the work.

    Raises:
        InvalidAudio: the audio cannot be decoded to its end.
    """
    levels = _levels(audio, part_of(report, 0.0, 0.3))
    if levels.loudest_db < SILENCE_DB:
        return Sound(levels.loudest_db, levels.clipped_share, 0.0, {})
    stream = open_stream(audio, probe(audio).sample_rate_hz)
    length = round(_EXCERPT_SEC * stream.sample_rate_hz)
    parts = excerpts(stream, levels.times_sec(_EXCERPTS_AT), length, part_of(report, 0.3, 0.6), "listening")
    tags = _tags(parts, stream.sample_rate_hz, worker, part_of(report, 0.6, 1.0))
    first_sec, second_sec = levels.times_sec((1 / 3, 2 / 3))
    return Sound(levels.loudest_db, levels.clipped_share, _flatness(parts), tags, (first_sec, second_sec))


def misfit_warning(sound: Sound, model: str) -> str:
    """Returns why a model does not suit a sound, as a sentence; empty where it may."""
    if sound.is_noise and model != "drums":
        return "This sounds like noise, not tones, so its notes mean little."
    if sound.is_percussive and model in ("basic-pitch", "piano", "voice"):
        return f"This sounds like drums, so what “{model}” makes of it means little; “drums” suits it."
    if model == "drums" and sound.tags and max(sound.tags.get(tag, 0.0) for tag in ("drums", "beat", "beats")) < 0.05:
        return "No drums are heard in this, so what “drums” makes of it means little."
    if model == "piano" and sound.voice_score > max(VOICE_SCORE, sound.tags.get("piano", 0.0)):
        return "This sounds like a voice, so what “piano” makes of it means little; “voice” suits it."
    return ""


@dataclass(frozen=True)
class _Levels:
    """What the blocks of a recording measure."""

    loudest_db: float
    clipped_share: float
    block_energies: Sequence[float]
    block_ends_sec: Sequence[float]

    def times_sec(self, shares: Sequence[float]) -> list[float]:
        """Returns when these shares of the energy, 0 to 1, have passed."""
        passed = np.cumsum([0.0, *self.block_energies])
        return [float(time) for time in np.interp(shares, passed / passed[-1], [0.0, *self.block_ends_sec])]


def _levels(audio: Path, report: Report) -> _Levels:
    audio_format = probe(audio)
    clipped, loudest, passed = 0, 0.0, 0
    energies, ends_sec = [], []
    stream = open_stream(audio, audio_format.sample_rate_hz)
    for block in watched(stream.blocks, stream.sample_count, report, "listening"):
        power = float(block.var(axis=-1, dtype=np.float64).mean())  # an offset is no sound
        loudest = max(loudest, power)
        clipped += int(np.count_nonzero(np.abs(block) >= FULL_SCALE))
        passed += block.shape[-1]
        energies.append(power * block.shape[-1])
        ends_sec.append(passed / stream.sample_rate_hz)
    loudest_db = 10 * math.log10(loudest) if loudest else -math.inf
    return _Levels(loudest_db, clipped / (passed * audio_format.channel_count), energies, ends_sec)


def _flatness(parts: Sequence[Samples]) -> float:
    """Returns the median over frames that are not silent of their spectral flatness: geometric over arithmetic mean."""
    power = np.concatenate([_frame_powers(part) for part in parts])
    power = power[power.mean(axis=1) > power.mean() * 1e-3] + 1e-12
    return float(np.median(np.exp(np.log(power).mean(axis=1)) / power.mean(axis=1)))


def _frame_powers(part: Samples) -> NDArray[np.float64]:
    """Returns the power spectra of consecutive frames, shape (frames, bins), summed over the channels."""
    channels, sample_count = part.shape
    count = max(1, sample_count // _FRAME_SAMPLES)
    padded = np.pad(part, ((0, 0), (0, max(0, _FRAME_SAMPLES - sample_count))))[:, : count * _FRAME_SAMPLES]
    frames = padded.reshape(channels, count, _FRAME_SAMPLES) * np.hanning(_FRAME_SAMPLES)
    power: NDArray[np.float64] = np.square(np.abs(np.fft.rfft(frames))).sum(axis=0)
    return power


def _tags(parts: Sequence[Samples], sample_rate_hz: int, worker: Worker, report: Report) -> dict[str, float]:
    """Returns the mean scores of the excerpts; none where the tagger cannot be had, since only advice hangs on it."""
    try:
        tagger = worker.tagger(find_card(TAGGER, "tagging"), report)
    except (Unavailable, WeightsCorrupt):
        return {}
    recordings = [Recording(iter([part]), sample_rate_hz, part.shape[-1]) for part in parts]
    scores = np.mean([tagging.scores for tagging in tagger.tag(recordings, report)], axis=0)
    return dict(zip(tagger.card.outputs, map(float, scores), strict=True))
