"""Three short melodies of ours, as prompts to continue: nobody's training has heard them. And how notes sound here.

They stand in the folder `melodies`, in the notation of the demo's piece, with a metre each: 4/4, 3/4 and 7/8.
"""

import json
from collections.abc import Iterable
from pathlib import Path

import soundfile as sf

from bridge.demo import score
from bridge.demo.instruments import SAMPLE_RATE_HZ
from bridge.demo.player import play
from bridge.generation import Prompt
from bridge.midi.notes import Note, NoteTrack, TempoChange, TempoMap, TimeSignature

MELODIES = tuple(
    Path(__file__).with_name("melodies") / f"{name}.json" for name in ("night-bus", "ferry", "seven-steps")
)
_VOICE = "keys"
_LOUDEST_VELOCITY = 110


def read_melody(path: Path) -> tuple[str, Prompt]:
    """Returns a melody's title, and the melody as a prompt whose key is to be found."""
    text = json.loads(path.read_text(encoding="utf-8"))
    piece = score.read_score(path)
    notes = tuple(
        Note(note.pitch, round(_LOUDEST_VELOCITY * note.loudness), note.onset_sec, note.duration_sec)
        for note in piece.notes
    )
    tempo_map = TempoMap((TempoChange(0.0, text["quarter_bpm"]),), (TimeSignature(0.0, *text["metre"]),))
    return piece.title, Prompt((NoteTrack("melody", notes),), tempo_map)


def write_sound(tracks: Iterable[NoteTrack], target: Path) -> None:
    """Writes how notes sound on the demo's electric piano, as a 24-bit stereo WAV file."""
    notes = tuple(
        score.Note(_VOICE, note.pitch, note.onset_sec, note.duration_sec, note.velocity / 127)
        for track in tracks
        for note in track.notes
    )
    duration_sec = max(note.onset_sec + note.duration_sec for note in notes)
    sf.write(target, play(score.Score("", notes, duration_sec)).T, SAMPLE_RATE_HZ, subtype="PCM_24", format="WAV")
