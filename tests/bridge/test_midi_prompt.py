"""A MIDI file as a prompt: its melody, the key that is believed, and its bars; and what is none."""

from pathlib import Path

import mido
import pytest

from bridge.errors import MidiRefused, RequestRefused
from bridge.generation import Prompt
from bridge.midi.notes import Key, Mode, Note, NoteTrack, TempoChange, TempoMap, TimeSignature
from bridge.midi_prompt import bars_in_prompt, melody_first, parse_bars, read_prompt
from tests.bridge.midi.files import TICKS, band, header, note, write_song

BAR = 4 * TICKS


def named(name: str, *messages: mido.Message) -> list[mido.Message]:
    return [mido.MetaMessage("track_name", name=name, time=0), *messages]


def test_the_melody_is_the_track_that_calls_itself_one(tmp_path: Path) -> None:
    tracks = [
        named("Drums", *note(36, 0, 9, channel=9)),
        named("Piano", *note(48, 0, 9)),
        named("LEAD 1", *note(72, 0, 9)),
    ]
    found = read_prompt(write_song(tmp_path / "song.mid", tracks))
    assert [track.name for track in found.tracks] == ["LEAD 1", "Drums", "Piano"]


def test_without_such_a_name_it_is_the_first_that_is_not_drums() -> None:
    drums = NoteTrack("Melody drums", (Note(36, 90, 0.0, 0.1),), is_drum=True)
    piano, bass = NoteTrack("Piano", (Note(60, 90, 0.0, 0.5),)), NoteTrack("Bass", (Note(40, 90, 0.0, 0.5),))
    assert melody_first([drums, piano, bass]) == (piano, drums, bass)


@pytest.mark.parametrize(
    ("signature", "key"), [("F", Key(5, Mode.MAJOR)), ("Am", Key(9, Mode.MINOR)), ("C", None), (None, None)]
)
def test_a_key_signature_is_believed_unless_it_may_be_unsaid(
    tmp_path: Path, signature: str | None, key: Key | None
) -> None:
    song = band(tmp_path / "song.mid", key=signature)
    assert read_prompt(song).key == key
    assert read_prompt(song, Key(2, Mode.MINOR)).key == Key(2, Mode.MINOR)


def test_of_two_tempo_events_on_one_tick_the_last_holds(tmp_path: Path) -> None:
    tempos = [mido.MetaMessage("set_tempo", tempo=tempo, time=0) for tempo in (500_000, 1_000_000)]
    song = write_song(tmp_path / "song.mid", [[*tempos, *note(60, 0, TICKS)]])
    found = read_prompt(song)
    assert found.tempo_map.tempos == (TempoChange(0.0, 60.0),)
    assert found.tracks[0].notes[0].duration_sec == 1.0


@pytest.mark.parametrize(
    ("tracks", "kind", "words"),
    [
        ([[]], 1, "holds no notes"),
        ([note(36, 0, 9, channel=9)], 1, "drums alone"),
        ([note(60, 0, 9)], 2, "several pieces"),
    ],
)
def test_what_is_nothing_to_go_on_from_is_refused(
    tmp_path: Path, tracks: list[list[mido.Message]], kind: int, words: str
) -> None:
    with pytest.raises(MidiRefused, match=words):
        read_prompt(write_song(tmp_path / "song.mid", tracks, kind))


def test_a_pitch_beyond_midis_range_is_damage(tmp_path: Path) -> None:
    body = bytes((0x00, 0x90, 0x80, 0x40, 0x00, 0xFF, 0x2F, 0x00))
    (tmp_path / "song.mid").write_bytes(header() + b"MTrk" + len(body).to_bytes(4) + body)
    with pytest.raises(MidiRefused, match="is damaged"):
        read_prompt(tmp_path / "song.mid")


def prompt_from(first_sec: float, *metres: TimeSignature) -> Prompt:
    notes = tuple(Note(60, 90, first_sec + number, 0.5) for number in range(8))
    return Prompt(
        (NoteTrack("melody", notes),), TempoMap((TempoChange(0.0, 120.0),), metres or (TimeSignature(0.0, 4, 4),))
    )


@pytest.mark.parametrize(("first_sec", "expected"), [(0.0, (5, 8)), (4.5, (3, 6)), (3.97, (3, 6))])
def test_bars_are_counted_from_the_melodys_first(first_sec: float, expected: tuple[int, int]) -> None:
    assert bars_in_prompt((5, 8), prompt_from(first_sec)) == expected


def test_bars_of_an_earlier_metre_are_passed(tmp_path: Path) -> None:
    assert bars_in_prompt((4, 4), prompt_from(0.0, TimeSignature(0.0, 4, 4), TimeSignature(4.0, 3, 4))) == (2, 2)


def test_bars_before_the_melody_are_refused() -> None:
    with pytest.raises(RequestRefused, match="begins in bar 3"):
        bars_in_prompt((2, 4), prompt_from(4.0))


@pytest.mark.parametrize("text", ["", "0-3", "8-5", "five", "5-", "1-2-3", "99999"])
def test_what_names_no_bars_is_refused(text: str) -> None:
    with pytest.raises(RequestRefused, match="names no bars"):
        parse_bars(text)
