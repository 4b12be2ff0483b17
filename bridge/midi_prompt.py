"""A MIDI file as a prompt: which track is the melody, which key is believed, and which bar is which.

The melody is the track that calls itself one ("Melody", "Lead", "Vocals"), or else the first that is not drums. A key
signature is believed unless it says C major, which many programs write without being asked; the engine then finds the
key in the notes.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from bridge.errors import MidiRefused, RequestRefused
from bridge.generation import Prompt
from bridge.midi.bars import QuarterGrid, beats
from bridge.midi.file import read_midi
from bridge.midi.key import signature_of
from bridge.midi.notes import Key, Mode, NoteTrack
from bridge.midi.performance import perform

_MELODY = re.compile(r"melod|lead|vocal|voice|tune|theme|solo", re.IGNORECASE)
_RANGE = re.compile(r"\s*(\d{1,4})\s*(?:-\s*(\d{1,4})\s*)?")
_EARLY_QUARTERS = 1 / 12
"""A note that begins so little before a bar line belongs to the bar after it, as on the engine."""


def read_prompt(path: Path, key: Key | None = None) -> Prompt:
    """Returns what a MIDI file holds as a prompt.

    Args:
        path: a standard MIDI file.
        key: what the user says; None takes the file's.

    Raises:
        MidiRefused: it cannot be read, or holds nothing to go on from.
    """
    midi = read_midi(path)
    if midi.format == 2:
        raise MidiRefused(f"“{path}” holds several pieces (format 2); export the one to go on from as format 0 or 1.")
    performance = perform(midi)
    tracks = [part.notes for part in performance.parts]
    if not tracks:
        raise MidiRefused(f"“{path}” holds no notes; there is nothing to go on from.")
    if all(track.is_drum for track in tracks):
        raise MidiRefused(f"“{path}” holds drums alone, which have no pitches to go on from; name another file.")
    stated = signature_of(midi)
    believed = None if stated == Key(0, Mode.MAJOR) else stated
    return Prompt(melody_first(tracks), performance.tempo_map, key or believed)


def melody_first(tracks: Sequence[NoteTrack]) -> tuple[NoteTrack, ...]:
    """Returns the tracks with the melody's before the others."""
    pitched = [track for track in tracks if not track.is_drum]
    melody = next((track for track in pitched if _MELODY.search(track.name)), pitched[0])
    return (melody, *(track for track in tracks if track is not melody))


def parse_bars(text: str) -> tuple[int, int]:
    """Returns first and last of the bars that a person names.

    >>> parse_bars("5-8"), parse_bars("3")
    ((5, 8), (3, 3))

    Raises:
        RequestRefused: the text names no bars.
    """
    match = _RANGE.fullmatch(text)
    if match is None:
        raise RequestRefused(f"“{text[:16]}” names no bars; write the first and the last, such as 5-8.")
    first, last = int(match[1]), int(match[2] or match[1])
    if not 1 <= first <= last:
        raise RequestRefused(f"“{text[:16]}” names no bars; they are counted from 1, and the first comes first.")
    return first, last


def bars_in_prompt(bars: tuple[int, int], prompt: Prompt) -> tuple[int, int]:
    """Returns bars of the file, counted from its beginning, as the engine counts them: from the melody's first note on.

    Raises:
        RequestRefused: they begin before the melody does.
    """
    before = _bars_before(prompt)
    if bars[0] <= before:
        raise RequestRefused(f"The melody begins in bar {before + 1}; name bars from there on.")
    return bars[0] - before, bars[1] - before


def _bars_before(prompt: Prompt) -> int:
    """Returns how many bars have passed when the melody begins, or when its last metre does."""
    notes, grid = prompt.tracks[0].notes, QuarterGrid(prompt.tempo_map)
    last_sec = max(note.onset_sec for note in notes)
    metre = [s for s in prompt.tempo_map.time_signatures if s.time_sec <= last_sec + 1e-6][-1]
    first_sec = min(note.onset_sec for note in notes if note.onset_sec >= metre.time_sec - 1e-6)
    early = grid.seconds_at(grid.quarters_at(first_sec) + _EARLY_QUARTERS)
    return max(0, sum(beat.bar_position == 1 for beat in beats(prompt.tempo_map, early + 1e-6)) - 1)
