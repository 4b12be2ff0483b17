"""A part that has one note at a time, out of what a transcriber for any instrument heard of it.

On a bass, Basic Pitch finds the notes that were played and, above them, their overtones as notes of their own: the
octave, the twelfth, the double octave. A bass line is what remains when nothing sounds above its lowest note.
"""

from collections.abc import Sequence

from engine.notes import Note, by_onset

TOGETHER_SEC = 0.05
"""Notes that begin or end this near to each other do so at the same time."""
OVERTONES_SEMITONES = (12, 19, 24)
FAINT = 0.75
"""An overtone that comes back alone, when the note has ended or is about to, is heard at less than this part of its
velocity; a line that leaps by an octave is played about as hard there."""


def one_voice(notes: Sequence[Note]) -> tuple[Note, ...]:
    """Returns the lowest notes, without overtones that ring on, ordered by onset."""
    line: list[Note] = []
    for note in by_onset(notes):
        if any(_covers(other, note) for other in notes):
            continue
        if not (line and _rings_on(line[-1], note)):
            line.append(note)
    return tuple(line)


def _covers(lower: Note, note: Note) -> bool:
    """Returns whether a lower note sounds where `note` begins."""
    begins_in_time = lower.onset_sec <= note.onset_sec + TOGETHER_SEC
    return lower.pitch < note.pitch and begins_in_time and lower.offset_sec > note.onset_sec + TOGETHER_SEC


def _rings_on(last: Note, note: Note) -> bool:
    is_overtone = note.pitch - last.pitch in OVERTONES_SEMITONES
    return is_overtone and note.velocity < FAINT * last.velocity
