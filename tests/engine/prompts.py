"""Prompts for tests: a melody of quarter notes, and what it is changed into."""

from engine.generation import Prompt
from engine.musical_time import Key, TempoMap, steady_tempo
from engine.notes import Note, NoteTrack

G_MAJOR = Key(7, "major", 1.0)
G_MAJOR_CLASSES = {7, 9, 11, 0, 2, 4, 6}


def melody(pitches: tuple[int, ...] = (67, 69, 71, 74, 71, 69, 67, 64), quarters: float = 1.0) -> tuple[Note, ...]:
    """Returns equal notes at 120 quarter notes per minute, one after the other."""
    return tuple(Note(pitch, 90, number * quarters / 2, quarters / 2) for number, pitch in enumerate(pitches))


def prompt(*notes: Note, tempo_map: TempoMap | None = None, key: Key | None = None, is_drum: bool = False) -> Prompt:
    """Returns a prompt of one track: the notes, or two bars of a melody in G major."""
    track = NoteTrack("melody", notes or melody(), is_drum=is_drum)
    return Prompt((track,), tempo_map or steady_tempo(120.0), key)
