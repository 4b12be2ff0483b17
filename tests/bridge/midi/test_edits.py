"""Edits: what they change, and that they change nothing else."""

import math
from collections.abc import Sequence
from pathlib import Path

import mido
import pretty_midi
import pytest

from bridge.errors import RequestRefused
from bridge.midi.edits import transposed, with_program, with_tempo
from bridge.midi.file import MidiFile, midi_bytes, read_midi
from tests.bridge.midi.files import TICKS, band, note, write_song


def saved(midi: MidiFile, path: Path) -> Path:
    path.write_bytes(midi_bytes(midi))
    return path


def differing(before: MidiFile, after: MidiFile) -> list[tuple[bytes, bytes]]:
    """Returns the content of the events that differ, before and after."""
    pairs = zip(before.tracks, after.tracks, strict=True)
    return [
        (old.content, new.content)
        for old_track, new_track in pairs
        for old, new in zip(old_track, new_track, strict=True)
        if old != new
    ]


def tempos(midi: MidiFile, path: Path) -> list[tuple[float, float]]:
    times_sec, found = pretty_midi.PrettyMIDI(str(saved(midi, path))).get_tempo_changes()
    return [(float(time), float(bpm)) for time, bpm in zip(times_sec, found, strict=True)]


def test_a_tempo_map_keeps_its_shape(tmp_path: Path) -> None:
    midi = read_midi(band(tmp_path / "song.mid"))
    edited = with_tempo(midi, 96)
    # from 120 and 60 after three quarters to 96 and 48
    assert tempos(edited, tmp_path / "edited.mid") == [(0.0, pytest.approx(96)), (pytest.approx(3 * 60 / 96), 48.0)]
    assert all(old[:2] == b"\xff\x51" for old, _ in differing(midi, edited))


def test_an_unsaid_tempo_is_the_standards(tmp_path: Path) -> None:
    later = [*note(60, 0, 480), mido.MetaMessage("set_tempo", tempo=1_000_000, time=960)]
    midi = read_midi(write_song(tmp_path / "unsaid.mid", [later]))
    assert tempos(with_tempo(midi, 60), tmp_path / "edited.mid") == [(0.0, 60.0), (2.0, 30.0)]


def test_pieces_of_format_2_are_scaled_alike(tmp_path: Path) -> None:
    slow = [mido.MetaMessage("set_tempo", tempo=1_000_000, time=0), *note(60, 0, 480)]
    midi = with_tempo(read_midi(write_song(tmp_path / "two.mid", [slow, note(60, 0, 480)], kind=2)), 90)
    assert [track[0].content for track in midi.tracks] == [
        b"\xff\x51" + round(60e6 / bpm).to_bytes(3) for bpm in (90, 180)
    ]


@pytest.mark.parametrize("bpm", [0.0, -96.0, math.nan, math.inf, 1e-3, 1e9])
def test_a_tempo_that_no_file_can_state(tmp_path: Path, bpm: float) -> None:
    with pytest.raises(RequestRefused, match="tempo"):
        with_tempo(read_midi(band(tmp_path / "song.mid")), bpm)


def test_transposing_moves_notes_key_and_chords_and_leaves_the_rest(tmp_path: Path) -> None:
    midi = read_midi(band(tmp_path / "song.mid"))
    before = pretty_midi.PrettyMIDI(str(tmp_path / "song.mid"))
    edited = transposed(midi, 3)
    after = pretty_midi.PrettyMIDI(str(saved(edited, tmp_path / "edited.mid")))
    melody, drums = after.instruments
    assert [one.pitch - 3 for one in melody.notes] == [one.pitch for one in before.instruments[0].notes]
    assert [one.pitch for one in drums.notes] == [36]
    assert [signature.key_number for signature in after.key_signature_changes] == [3]
    markers = [message.text for message in mido.MidiFile(tmp_path / "edited.mid").tracks[0] if message.type == "marker"]
    assert markers == ["Eb:maj7", "A"]  # the second names a section, not a chord
    kinds = {old[:1] for old, _ in differing(midi, edited)}
    assert kinds == {b"\x90", b"\x80", b"\xff"}
    assert transposed(edited, -3) == midi


@pytest.mark.parametrize("semitones", [56, -61, 1000])
def test_no_note_leaves_the_range(tmp_path: Path, semitones: int) -> None:
    with pytest.raises(RequestRefused, match=r"from -60 to \+55"):
        transposed(read_midi(band(tmp_path / "song.mid")), semitones)


def test_polyphonic_aftertouch_moves_with_its_note(tmp_path: Path) -> None:
    pressed = [*note(60, 0, 480)[:1], mido.Message("polytouch", note=60, value=90, time=100), note(60, 0, 480)[1]]
    edited = transposed(read_midi(write_song(tmp_path / "pressed.mid", [pressed])), 2)
    assert [event.content[1] for event in edited.tracks[0][:3]] == [62, 62, 62]


def test_a_program_replaces_every_other_and_its_bank(tmp_path: Path) -> None:
    midi = read_midi(band(tmp_path / "song.mid"))
    edited = with_program(midi, 56)
    after = pretty_midi.PrettyMIDI(str(saved(edited, tmp_path / "edited.mid")))
    assert [(track.program, track.is_drum) for track in after.instruments] == [(56, False), (0, True)]
    assert differing(midi, edited) == [(b"\xb0\x00\x08", b"\xb0\x00\x00"), (b"\xc0\x28", b"\xc0\x38")]


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_a_channel_that_never_chose_a_program_gets_one(tmp_path: Path, kind: int) -> None:
    named: Sequence[mido.Message] = [mido.MetaMessage("track_name", name="a"), *note(60, TICKS, 2 * TICKS, channel=3)]
    edited = with_program(read_midi(write_song(tmp_path / "bare.mid", [named] * max(1, kind), kind=kind)), 11)
    # once for a file whose tracks share their channels, once for each piece of format 2
    changes = [[event.content for event in track].count(b"\xc3\x0b") for track in edited.tracks]
    assert changes == [1] * max(1, kind)
    assert all(track[1].tick == 0 and track[1].content == b"\xc3\x0b" for track in edited.tracks)
