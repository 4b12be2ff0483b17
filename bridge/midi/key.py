"""The key of a MIDI file: said by its key signature, or found in its notes; and keys as people write them.

Finding is Krumhansl and Schmuckler's algorithm: how long each pitch class sounds, correlated with how well listeners
found each to fit a key (Krumhansl and Kessler's probe-tone ratings), in all 24 rotations; the highest correlation is
the key. Source of algorithm and ratings: C. L. Krumhansl, Cognitive Foundations of Musical Pitch, Oxford University
Press 1990, pages 30 and 77 to 110.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import StatisticsError, correlation

from bridge.errors import RequestRefused
from bridge.midi.file import Event, MidiFile
from bridge.midi.notes import Key, Mode, Note, NoteTrack, pitch_class

KEY_SIGNATURE = 0x59
RATINGS = {
    Mode.MAJOR: (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    Mode.MINOR: (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}
FIFTH_SEMITONES = 7
MINOR_TONIC_SEMITONES = 9
"""From a major key's tonic up to that of the minor key with the same signature."""
_IN_ASCII = str.maketrans("♯♭", "#b")
_KEY = re.compile(r"([A-Ga-g])([#♯b♭]?)[\s:_-]*(|M|maj|major|m|min|minor)")


def parse_key(text: str) -> Key:
    """Returns the key that a person has written.

    >>> parse_key("Dmin").name, parse_key("Bb").name, parse_key("f# minor").name
    ('D minor', 'Bb major', 'F# minor')

    Raises:
        RequestRefused: the text is no key.
    """
    written = text.strip()
    match = _KEY.fullmatch(written) or _KEY.fullmatch(written[:2] + written[2:].lower())
    if match is None:
        raise RequestRefused(f"“{text}” is no key; write one like Dmin, F#m, Bb or “E major”.")
    letter, accidental, mode = match.groups()
    tonic = pitch_class(letter.upper() + accidental.translate(_IN_ASCII))
    return Key(tonic, Mode.MINOR if mode in ("m", "min", "minor") else Mode.MAJOR)


@dataclass(frozen=True)
class FoundKey:
    """The key of a file."""

    key: Key
    is_stated: bool
    """Whether a key signature says it; otherwise it was found in the notes."""


def find_key(midi: MidiFile, tracks: Iterable[NoteTrack]) -> FoundKey | None:
    """Returns the file's key: what its key signature says, else what its notes speak for; None if neither does."""
    if stated := signature_of(midi):
        return FoundKey(stated, True)
    found = key_of_notes(note for track in tracks if not track.is_drum for note in track.notes)
    return FoundKey(found, False) if found else None


def semitones_to(wanted: Key, present: Key) -> int:
    """Returns the nearest way from tonic to tonic, -5 to 6 semitones.

    Raises:
        RequestRefused: one is major and the other minor; the sentence names the key with the notes that are wanted.
    """
    if wanted.mode is not present.mode:
        way = MINOR_TONIC_SEMITONES if wanted.mode is Mode.MAJOR else -MINOR_TONIC_SEMITONES
        relative = Key((wanted.tonic + way) % 12, present.mode)
        raise RequestRefused(
            f"This piece is in {present.name}, and no transposition makes it {wanted.mode.value}; "
            f"choose {relative.name}, which has the same notes as {wanted.name}."
        )
    return (wanted.tonic - present.tonic + 5) % 12 - 5


def signature_of(midi: MidiFile) -> Key | None:
    """Returns the first key that a key signature says, or None if none does."""
    events = (event for track in midi.tracks for event in track)
    keys = ((event.tick, key) for event in events if (key := key_of_signature(event)))
    return min(keys, key=lambda found: found[0], default=(0, None))[1]


def key_of_signature(event: Event) -> Key | None:
    """Returns the key of a key signature; None if it is another event, or says what is no key."""
    content = event.content[2:]
    if event.meta_type != KEY_SIGNATURE or len(content) < 2 or content[1] > 1:
        return None
    sharps = int.from_bytes(content[:1], signed=True)  # flats are negative
    if abs(sharps) > 7:
        return None
    major_tonic = sharps * FIFTH_SEMITONES % 12
    if content[1] == 1:
        return Key((major_tonic + MINOR_TONIC_SEMITONES) % 12, Mode.MINOR)
    return Key(major_tonic, Mode.MAJOR)


def signature_content(key: Key) -> bytes:
    """Returns the key signature's event; of two ways to write a key, the one with fewer accidentals, or sharps."""
    major_tonic = key.tonic if key.mode is Mode.MAJOR else (key.tonic - MINOR_TONIC_SEMITONES) % 12
    # A fifth is its own inverse modulo an octave: 7 * 7 = 49 = 1 (mod 12).
    sharps = (major_tonic * FIFTH_SEMITONES + 5) % 12 - 5
    return bytes((0xFF, KEY_SIGNATURE)) + sharps.to_bytes(signed=True) + bytes((key.mode is Mode.MINOR,))


def key_of_notes(notes: Iterable[Note]) -> Key | None:
    """Returns the key that the notes are most likely in, or None where they speak for no key at all."""
    sounding_sec = [0.0] * 12
    for note in notes:
        sounding_sec[note.pitch % 12] += note.duration_sec
    keys = [Key(tonic, mode) for mode in Mode for tonic in range(12)]
    try:
        return max(keys, key=lambda key: correlation(_rotated(sounding_sec, key.tonic), RATINGS[key.mode]))
    except StatisticsError:  # all pitch classes sound equally long, or none at all
        return None


def _rotated(values: list[float], tonic: int) -> list[float]:
    """Returns the values from the tonic on."""
    return values[tonic:] + values[:tonic]
