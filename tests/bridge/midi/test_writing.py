"""Notes in seconds as a file that plays them."""

from pathlib import Path

import mido
import pytest

from bridge.midi.file import midi_bytes
from bridge.midi.notes import Note, NoteTrack
from bridge.midi.writing import midi_of


def played(tracks: list[NoteTrack], path: Path) -> list[tuple[float, str, int, int]]:
    """Returns time, kind, channel and pitch of what mido plays."""
    path.write_bytes(midi_bytes(midi_of(tracks)))
    now_sec, found = 0.0, []
    for message in mido.MidiFile(path):
        now_sec += message.time
        if message.type in ("note_on", "note_off"):
            found.append((round(now_sec, 3), message.type, message.channel, message.note))
    return found


def test_notes_sound_at_their_times(tmp_path: Path) -> None:
    track = NoteTrack("flute", (Note(60, 90, 0.25, 0.5), Note(60, 90, 0.75, 0.0)), program=73)
    assert played([track], tmp_path / "notes.mid") == [
        (0.25, "note_on", 0, 60), (0.75, "note_off", 0, 60), (0.75, "note_on", 0, 60), (0.751, "note_off", 0, 60),
    ]  # fmt: skip
    programs = [
        message.program for message in mido.MidiFile(tmp_path / "notes.mid") if message.type == "program_change"
    ]
    assert programs == [73]


def test_drums_are_on_their_channel_and_no_other_is(tmp_path: Path) -> None:
    notes = (Note(40, 90, 0.0, 0.1),)
    tracks = [NoteTrack("drums", notes, is_drum=True), *(NoteTrack(str(number), notes) for number in range(16))]
    channels = [channel for _, kind, channel, _ in played(tracks, tmp_path / "notes.mid") if kind == "note_on"]
    assert channels.count(9) == 1
    assert sorted(set(channels)) == list(range(16))


@pytest.mark.parametrize("tracks", [[], [NoteTrack("empty", ())]])
def test_nothing_is_a_file_too(tracks: list[NoteTrack], tmp_path: Path) -> None:
    assert played(tracks, tmp_path / "notes.mid") == []
