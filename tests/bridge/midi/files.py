"""MIDI files for tests, written by mido or byte by byte, so that none comes from the code under test."""

from collections.abc import Sequence
from pathlib import Path

import mido

TICKS = 480


def header(kind: int = 1, track_count: int = 1, division: int = TICKS) -> bytes:
    numbers = b"".join(number.to_bytes(2) for number in (kind, track_count, division))
    return b"MThd" + (6).to_bytes(4) + numbers


def chunk(body: bytes) -> bytes:
    return b"MTrk" + len(body).to_bytes(4) + body


END = bytes((0x00, 0xFF, 0x2F, 0x00))


def write_song(path: Path, tracks: Sequence[Sequence[mido.Message]], kind: int = 1) -> Path:
    """Writes tracks of messages whose times are absolute ticks."""
    file = mido.MidiFile(type=kind, ticks_per_beat=TICKS)
    for messages in tracks:
        track, before = mido.MidiTrack(), 0
        for message in messages:
            track.append(message.copy(time=message.time - before))
            before = message.time
        file.tracks.append(track)
    file.save(path)
    return path


def note(pitch: int, onset: int, end: int, channel: int = 0, velocity: int = 80) -> list[mido.Message]:
    return [
        mido.Message("note_on", note=pitch, velocity=velocity, channel=channel, time=onset),
        mido.Message("note_off", note=pitch, velocity=0, channel=channel, time=end),
    ]


def band(path: Path, *, key: str | None = "C") -> Path:
    """Writes a small piece: conductor with two tempos, a violin that plays C major, and a drum."""
    conductor = [
        mido.MetaMessage("track_name", name="Song", time=0),
        mido.MetaMessage("set_tempo", tempo=500_000, time=0),
        mido.MetaMessage("time_signature", numerator=3, denominator=4, time=0),
        *([mido.MetaMessage("key_signature", key=key, time=0)] if key else []),
        mido.MetaMessage("marker", text="C:maj7", time=0),
        mido.MetaMessage("set_tempo", tempo=1_000_000, time=3 * TICKS),
        mido.MetaMessage("marker", text="A", time=3 * TICKS),
    ]
    violin = [
        mido.MetaMessage("track_name", name="Melody", time=0),
        mido.Message("control_change", control=0, value=8, time=0),
        mido.Message("program_change", program=40, time=0),
        mido.Message("sysex", data=(0x7E, 0x7F, 0x09, 0x01), time=0),
    ]
    for step, pitch in enumerate((60, 64, 67, 72, 67, 64, 60, 65, 62, 71, 72)):
        violin += note(pitch, step * TICKS, step * TICKS + 400)
    drum = [mido.MetaMessage("track_name", name="Drums", time=0), *note(36, 0, 100, channel=9)]
    return write_song(path, [conductor, violin, drum])
