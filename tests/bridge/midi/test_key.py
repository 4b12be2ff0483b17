"""Keys: as people write them, as key signatures say them, and as notes speak for them."""

from pathlib import Path

import mido
import pytest

from bridge.errors import RequestRefused
from bridge.midi.file import Event, read_midi
from bridge.midi.key import find_key, key_of_notes, key_of_signature, parse_key, semitones_to, signature_content
from bridge.midi.notes import Key, Mode, Note, NoteTrack
from tests.bridge.midi.files import write_song

KEYS = [Key(tonic, mode) for mode in Mode for tonic in range(12)]
SCALES = {Mode.MAJOR: (0, 2, 4, 5, 7, 9, 11), Mode.MINOR: (0, 2, 3, 5, 7, 8, 11)}
CADENCE = (0, 3, 4, 0)  # degrees: i, iv, v, i


def piece_in(key: Key) -> list[Note]:
    """A scale up, and triads that lead home."""
    scale = [key.tonic + step for step in SCALES[key.mode]]
    notes = [Note(60 + pitch, 80, float(index), 1.0) for index, pitch in enumerate(scale)]
    for place, degree in enumerate(CADENCE):
        triad = (scale[(degree + step) % 7] for step in (0, 2, 4))
        notes += [Note(48 + pitch, 80, float(place), 1.0) for pitch in triad]
    return notes


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_a_cadence_speaks_for_its_key(key: Key) -> None:
    assert key_of_notes(piece_in(key)) == key


@pytest.mark.parametrize("notes", [[], [Note(pitch, 80, 0.0, 1.0) for pitch in range(48, 60)]])
def test_notes_that_speak_for_no_key(notes: list[Note]) -> None:
    assert key_of_notes(notes) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Dmin", "D minor"), ("Dm", "D minor"), ("D", "D major"), ("DM", "D major"), ("d minor", "D minor"),
        ("F#m", "F# minor"), ("Gb", "F# major"), ("Bb:maj", "Bb major"), ("bb", "Bb major"), ("C# Minor", "C# minor"),
        ("cb", "B major"), ("E♭ major", "Eb major"), ("A-min", "A minor"), (" G ", "G major"),
    ],
)  # fmt: skip
def test_keys_as_people_write_them(text: str, name: str) -> None:
    assert parse_key(text).name == name


@pytest.mark.parametrize("text", ["", "H", "D dorian", "Dminn", "##", "Dm7", "7"])
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(RequestRefused, match="is no key"):
        parse_key(text)


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.name)
def test_a_signature_says_the_key_as_mido_reads_it(tmp_path: Path, key: Key) -> None:
    content = signature_content(key)
    assert key_of_signature(Event(0, content)) == key
    name = mido.MetaMessage.from_bytes(list(content[:2] + b"\x02" + content[2:])).key
    assert parse_key(name) == key


@pytest.mark.parametrize("content", [b"\xff\x59", b"\xff\x59\x08\x00", b"\xff\x59\x00\x02", b"\xff\x51\x00\x00"])
def test_a_signature_that_says_nothing(content: bytes) -> None:
    assert key_of_signature(Event(0, content)) is None


def test_a_signature_comes_before_the_notes(tmp_path: Path) -> None:
    d_minor = NoteTrack("piano", tuple(piece_in(Key(2, Mode.MINOR))))
    drums = NoteTrack("drums", tuple(piece_in(Key(6, Mode.MAJOR))) * 3, is_drum=True)
    bare = read_midi(write_song(tmp_path / "bare.mid", [[]]))
    found = find_key(bare, [drums, d_minor])
    assert found is not None
    assert (found.key.name, found.is_stated) == ("D minor", False)
    signed = read_midi(write_song(tmp_path / "signed.mid", [[mido.MetaMessage("key_signature", key="Bb")]]))
    stated = find_key(signed, [d_minor])
    assert stated is not None
    assert (stated.key.name, stated.is_stated) == ("Bb major", True)
    assert find_key(bare, [drums]) is None


def test_the_nearest_way() -> None:
    ways = [semitones_to(wanted, Key(0, Mode.MAJOR)) for wanted in KEYS[:12]]
    assert ways == [0, 1, 2, 3, 4, 5, 6, -5, -4, -3, -2, -1]


def test_a_change_of_mode_is_refused_with_the_key_to_choose() -> None:
    with pytest.raises(RequestRefused, match="F major, which has the same notes as D minor"):
        semitones_to(parse_key("Dmin"), parse_key("C"))
    with pytest.raises(RequestRefused, match="F# minor, which has the same notes as A major"):
        semitones_to(parse_key("A"), parse_key("Dm"))
