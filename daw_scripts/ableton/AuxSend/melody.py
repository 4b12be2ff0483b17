"""The notes that a MIDI clip plays, in seconds, and the bar lines around them.

The positions of a MIDI clip are beats, whatever happens to the tempo. The verb `continue` wants seconds: they are
taken at the song's tempo of the moment and turned back at the same one, so a tempo that is automated moves nothing.
What Live tells scripts of a song's metre is the one at the playhead; of a clip's, its own. A clip in the arrangement
is taken to lie in the first, from the song's beginning on; one in a slot in the second, from its own beat 0 on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .clips import Pass, passes_of, range_of
from .words import refuse

if TYPE_CHECKING:
    from Live.Clip import Clip
    from Live.Song import Song

MOST_NOTES = 5000
PITCHES = 128


@dataclass(frozen=True)
class Melody:
    """What a MIDI clip plays, as it was when something was asked about it."""

    name: str
    notes: tuple[dict[str, Any], ...]
    """As the verb `continue` has them."""
    tempo_bpm: float
    length_beats: float
    metre: tuple[int, int]
    into_bar_beats: float
    """How far after a bar line the clip begins."""
    signature: tuple[int, int]
    """The clip's own, for the clips that follow it."""

    def seconds(self, beats: float) -> float:
        """Returns how long so many beats last."""
        return beats * 60 / self.tempo_bpm

    def beats(self, seconds: float) -> float:
        """Returns how many beats last so long, without what a binary fraction leaves over."""
        return round(seconds * self.tempo_bpm / 60, 6)


def melody_of(song: Song, clip: Clip) -> Melody:
    """Returns what a MIDI clip plays.

    Raises:
        Sentence: it plays nothing, or too much; with what to do.
    """
    begin, end, loop = range_of(clip)
    is_placed = clip.is_arrangement_clip
    length = clip.end_time - clip.start_time if is_placed else None
    passes = tuple(passes_of(loop[0] if loop and not is_placed else begin, end, loop, length, clip.name))
    tempo_bpm = song.tempo
    notes = [note for each in passes for note in _notes(clip, each, tempo_bpm)]
    if not notes:
        raise refuse("no_notes", clip.name)
    if len(notes) > MOST_NOTES:
        raise refuse("many_notes", clip.name, len(notes), MOST_NOTES)
    signature = clip.signature_numerator, clip.signature_denominator
    metre = (song.signature_numerator, song.signature_denominator) if is_placed else signature
    bar_beats = metre[0] * 4 / metre[1]
    into_bar = (clip.start_time if is_placed else passes[0].begin) % bar_beats
    final = passes[-1]
    length_beats = final.at_beats + final.end - final.begin
    return Melody(clip.name, tuple(notes), tempo_bpm, length_beats, metre, into_bar, signature)


def _notes(clip: Clip, each: Pass, tempo_bpm: float) -> list[dict[str, Any]]:
    """Returns the notes of a pass that sound, as the verb `continue` has them."""
    found = clip.get_notes_extended(0, PITCHES, each.begin, each.end - each.begin)
    return [
        {
            "pitch": note.pitch,
            "velocity": min(max(round(note.velocity), 1), 127),
            "onset_sec": (each.at_beats + note.start_time - each.begin) * 60 / tempo_bpm,
            "duration_sec": min(note.duration, each.end - note.start_time) * 60 / tempo_bpm,
        }
        for note in sorted(found, key=lambda note: (note.start_time, note.pitch))
        if not note.mute
    ]
