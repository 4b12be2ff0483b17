"""Tempo and key of a sound, each found as its kind allows and deserves.

- A *one-shot* has neither: it begins once, and a key needs a mode, which one pitch has not.
- A *loop* is cut at a bar line, so its length gives its tempo exactly once its beats are counted, and it is too short
  for chords: `engine.measurements.loop_tempo` and `engine.measurements.tonality`, which need no network.
- A *track* has its beats and chords found by networks, in the minute in its middle: that costs as much as tagging a few
  minutes, where all of a long track would cost a ninth of its duration. A loop that is longer than a phrase is heard
  like a track, since more counts of beats fit its length; the one nearest to the tempo of its beats is taken.

Where the networks' weights are out of reach, everything is treated as a short loop.
"""

from collections.abc import Callable
from typing import TypeVar

from engine.audio import Samples
from engine.audio_stream import excerpts
from engine.backends import default_card
from engine.backends.base import BeatBackend, ChordBackend, Report
from engine.errors import ModelNotFound, Unavailable, WeightsCorrupt
from engine.key import find_key
from engine.measurements.loop_tempo import loop_tempo_bpm, whole_beats_bpm
from engine.measurements.tonality import key_of
from engine.musical_time import Key
from engine.progress import part_of
from engine.sound_file import Sound
from engine.tempo import tempo_of
from engine.worker import Worker

EXCERPT_SEC = 60.0
"""What is heard of a track."""
PHRASE_SEC = 15.0
"""Longer loops are heard like tracks."""

_READ, _BEATS = 0.1, 0.3

T = TypeVar("T")


class TempoAndKeyFinder:
    """Finds them, and loads networks when the first track comes."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._networks: tuple[BeatBackend, ChordBackend] | None = None
        self._has_tried = False

    def find(self, sound: Sound, report: Report) -> tuple[float, Key | None]:
        """Returns the tempo in quarter notes per minute, 0 for none, and the key.

        Args:
            sound: of any kind.
            report: called meanwhile; what it raises ends the work.
        """
        measured = sound.measurements
        if measured.kind.startswith("one-shot") or not measured.is_audible:
            return 0.0, None
        is_long = measured.kind == "track" or measured.duration_sec > PHRASE_SEC
        networks = self._loaded(report) if is_long else None
        if networks:
            bpm, key = _by_networks(sound, *networks, report)
            return (whole_beats_bpm(bpm, measured.duration_sec) if measured.kind == "loop" else bpm), key
        samples, rate_hz = _excerpt(sound, sound.file.format.sample_rate_hz, report)
        return loop_tempo_bpm(samples, rate_hz), key_of(samples, rate_hz)

    def _loaded(self, report: Report) -> tuple[BeatBackend, ChordBackend] | None:
        if not self._has_tried:
            self._has_tried = True
            self._networks = _if_available(
                lambda: (
                    self._worker.beat_finder(default_card("beats"), report),
                    self._worker.chord_finder(default_card("chords"), report),
                )
            )
        return self._networks


def _if_available(load: Callable[[], T]) -> T | None:
    try:
        return load()
    except (Unavailable, ModelNotFound, WeightsCorrupt):
        return None


def _by_networks(
    sound: Sound, beat_finder: BeatBackend, chord_finder: ChordBackend, report: Report
) -> tuple[float, Key | None]:
    samples, rate_hz = _excerpt(sound, beat_finder.card.sample_rate_hz, part_of(report, 0.0, _READ))
    beats = beat_finder.find_beats([samples], samples.shape[-1], part_of(report, _READ, _BEATS))
    if chord_finder.card.sample_rate_hz != rate_hz:
        samples, _ = _excerpt(sound, chord_finder.card.sample_rate_hz, part_of(report, _BEATS, _BEATS))
    chords = chord_finder.find_chords([samples], samples.shape[-1], part_of(report, _BEATS, 1.0))
    return tempo_of(beats) or 0.0, find_key(chords)


def _excerpt(sound: Sound, sample_rate_hz: int, report: Report) -> tuple[Samples, int]:
    """Returns the sound's middle, or all of a shorter one, shape (channels, samples), and its rate."""
    stream = sound.stream(sample_rate_hz)
    middle_sec = sound.measurements.duration_sec / 2
    (part,) = excerpts(stream, [middle_sec], round(EXCERPT_SEC * sample_rate_hz), report, "looking for beats")
    return part, sample_rate_hz
