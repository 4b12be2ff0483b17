"""Listening before transcribing: how loud a recording is, what a tagger hears in it, and so what cannot be good.

Levels are measured on all of the recording; a tagger hears a few excerpts from all over it. Which model "auto" takes is
decided in `engine.model_choice`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.audio import AudioFormat, Samples
from engine.audio_file import BLOCK_SAMPLES, AudioReader, probe, read_blocks
from engine.backends import find_card
from engine.backends.base import Recording, Report
from engine.errors import Unavailable
from engine.worker import Worker

TAGGER = "MTT_musicnn"
"""It learnt instruments and voices; the tagger of the Million Song Dataset learnt styles."""
SILENCE_DB = -70.0
FULL_SCALE = 0.999
CLIPPED_SHARE = 1e-4
"""Peaks that just touch full scale are fewer than this."""
VOICE_SCORE = 0.12
"""Voices have more, instruments less."""
NOISE_FLATNESS = 0.3
"""White noise has 0.56; music of any kind is far below 0.1 most of the time."""

_EXCERPT_SEC = 6.0
_EXCERPT_COUNT = 4
_FRAME_SAMPLES = 2048
_VOICE_TAGS = ("vocal", "vocals", "voice", "singing", "male vocal", "female vocal", "male voice", "female voice")


@dataclass(frozen=True)
class Sound:
    """What was heard."""

    rms_db: float
    """Level relative to full scale; minus infinity for digital silence."""
    clipped_share: float
    """Share of the samples that stand at full scale."""
    flatness: float
    """Median spectral flatness of what is not silent, 0 (tones) to 1 (noise)."""
    tags: Mapping[str, float]
    """Mean scores, 0 to 1; empty where the tagger's weights are out of reach."""

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to hear."""
        return self.rms_db < SILENCE_DB

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
    report(0.0, "listening")
    rms_db, clipped_share = _levels(audio)
    if rms_db < SILENCE_DB:
        return Sound(rms_db, clipped_share, 0.0, {})
    excerpts = _excerpts(audio)
    flatness = float(np.median(np.concatenate([_flatness(excerpt.mean(axis=0)) for excerpt in excerpts])))
    return Sound(rms_db, clipped_share, flatness, _tags(excerpts, probe(audio), worker, report))


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


def _levels(audio: Path) -> tuple[float, float]:
    """Returns the level in dB, and the share of samples at full scale."""
    square_sum, clipped, count = 0.0, 0, 0
    for block in read_blocks(audio):
        square_sum += float(np.vdot(block, block))
        clipped += int(np.count_nonzero(np.abs(block) >= FULL_SCALE))
        count += block.size
    rms_db = 10 * math.log10(square_sum / count) if square_sum else -math.inf
    return rms_db, clipped / count


def _excerpts(audio: Path) -> list[Samples]:
    """Returns parts from all over the recording, shape (channels, samples), at its own rate."""
    audio_format = probe(audio)
    length = round(_EXCERPT_SEC * audio_format.sample_rate_hz)
    spacing = max(length, audio_format.sample_count // _EXCERPT_COUNT)
    with AudioReader(audio) as reader:
        excerpts = [_next_excerpt(reader, length, spacing) for _ in range(_EXCERPT_COUNT)]
    return [excerpt for excerpt in excerpts if excerpt.shape[-1]]


def _next_excerpt(reader: AudioReader, length: int, spacing: int) -> Samples:
    """Returns the next `length` samples, and passes over the rest of `spacing`, a block at a time."""
    excerpt = reader.read(length).astype(np.float32)
    passed = length
    while passed < spacing and reader.read(min(BLOCK_SAMPLES, spacing - passed)).shape[-1]:
        passed += BLOCK_SAMPLES
    return excerpt


def _flatness(samples: Samples) -> NDArray[np.float64]:
    """Returns the spectral flatness of each frame that is not silent: geometric over arithmetic mean of its power."""
    count = max(1, len(samples) // _FRAME_SAMPLES)
    frames = np.resize(samples, count * _FRAME_SAMPLES).reshape(count, _FRAME_SAMPLES)
    power = np.abs(np.fft.rfft(frames * np.hanning(_FRAME_SAMPLES), axis=1)) ** 2 + 1e-12
    loud = power.mean(axis=1) > power.mean() * 1e-3
    flatness: NDArray[np.float64] = (np.exp(np.log(power).mean(axis=1)) / power.mean(axis=1))[loud]
    return flatness


def _tags(excerpts: list[Samples], audio_format: AudioFormat, worker: Worker, report: Report) -> dict[str, float]:
    """Returns the mean scores of the excerpts; none where the tagger cannot be had, since only advice hangs on it."""
    try:
        tagger = worker.tagger(find_card(TAGGER, "tagging"), report)
    except Unavailable:
        return {}
    recordings = [Recording(iter([part]), audio_format.sample_rate_hz, part.shape[-1]) for part in excerpts]
    scores = np.mean([tagging.scores for tagging in tagger.tag(recordings, report)], axis=0)
    return dict(zip(tagger.card.outputs, map(float, scores), strict=True))
