"""Standard MIDI files, read and written without losing anything.

A file becomes tracks of events, each a tick and the event's own bytes, so that whatever is not edited is written as it
was: texts in any encoding, unknown meta events, system exclusive messages in one piece or in packets, chunks of other
programs. (mido, with which the engine writes its files, decodes every event: it turns packets into whole messages,
leaves foreign chunks out and refuses odd key signatures.)

An event's bytes are, for channel messages, status and data; for meta events, FF, type and content; for system exclusive
ones, F0 or F7 and content. Reference: Standard MIDI Files 1.0 (MMA, 1996).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge.errors import MidiRefused

LARGEST_BYTES = 64 << 20
"""Far beyond any music; hours of dense notes are a megabyte or two."""
_META, _SYSEX, _SYSEX_PACKET = 0xFF, 0xF0, 0xF7
_END_OF_TRACK = b"\xff\x2f"
_DATA_BYTES = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}
_HEADER_BYTES = 6


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a track."""

    tick: int
    """From the beginning of the track."""
    content: bytes

    @property
    def meta_type(self) -> int | None:
        """The type of a meta event, None of any other."""
        return self.content[1] if self.content[0] == _META else None

    @property
    def status(self) -> int:
        """The kind of a channel message, 0x80 to 0xE0 without its channel; 0xF0 and above for all others."""
        return self.content[0] & 0xF0 if self.content[0] < _SYSEX else self.content[0]

    @property
    def channel(self) -> int:
        """Of a channel message, 0 to 15."""
        return self.content[0] & 0x0F


Track = tuple[Event, ...]


@dataclass(frozen=True)
class MidiFile:
    """What a standard MIDI file holds."""

    format: int
    """0: one track; 1: tracks that play together; 2: tracks that stand for themselves."""
    ticks_per_quarter: int
    tracks: tuple[Track, ...]
    foreign_chunks: tuple[tuple[int, bytes], ...] = ()
    """Chunks that are no tracks, with their headers, each after so many tracks."""


class _Damaged(Exception):
    """Raised inside this file with the reason."""


def read_midi(path: Path) -> MidiFile:
    """Returns what the file holds.

    Raises:
        MidiRefused: there is no such file, it is no MIDI file, or damaged, or counts in SMPTE frames.
    """
    content = _read_bytes(path)
    if content[:4] != b"MThd":
        raise MidiRefused(f"“{path}” is no MIDI file; export it as a standard MIDI file (.mid).")
    try:
        return _parse(content)
    except _Damaged as error:
        raise MidiRefused(f"“{path}” {error}") from error


def _read_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise MidiRefused(f"“{path}” is a folder; name one MIDI file in it.")
        if path.stat().st_size > LARGEST_BYTES:
            raise MidiRefused(f"“{path}” is larger than {LARGEST_BYTES >> 20} MB, which no MIDI file of music is.")
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise MidiRefused(f"There is no file “{path}”; check the name and the folder.") from error
    except OSError as error:
        raise MidiRefused(f"“{path}” cannot be read: {error.strerror}. Check its permissions.") from error
    if not content:
        raise MidiRefused(f"“{path}” is empty; export it again.")
    return content


def _parse(content: bytes) -> MidiFile:
    """Returns what the bytes of a file hold."""
    header_bytes = int.from_bytes(content[4:8])
    if len(content) < 8 + _HEADER_BYTES or header_bytes < _HEADER_BYTES:
        raise _Damaged("is cut short; export it again.")
    kind, track_count, division = (int.from_bytes(content[start : start + 2]) for start in (8, 10, 12))
    if division & 0x8000:
        raise _Damaged("counts in SMPTE frames instead of beats; export it with ticks per quarter note.")
    if kind > 2 or division == 0:
        raise _Damaged("has a damaged header; export it again.")
    tracks: list[Track] = []
    foreign: list[tuple[int, bytes]] = []
    for name, body in _chunks(content, 8 + header_bytes, track_count, tracks):
        if name == b"MTrk":
            tracks.append(tuple(_events(body)))
        else:
            foreign.append((len(tracks), name + len(body).to_bytes(4) + body))
    if len(tracks) < track_count or not tracks:
        raise _Damaged(f"is cut short: {len(tracks)} of {track_count} tracks are there; export it again.")
    return MidiFile(kind, division, tuple(tracks), tuple(foreign))


def _chunks(content: bytes, position: int, track_count: int, tracks: Sequence[Track]) -> Iterator[tuple[bytes, bytes]]:
    """Yields name and body of each chunk; what follows the announced tracks and is no whole chunk is padding."""
    while position < len(content):
        name, size = content[position : position + 4], int.from_bytes(content[position + 4 : position + 8])
        body = content[position + 8 : position + 8 + size]
        if position + 8 > len(content) or len(body) < size:
            if len(tracks) >= track_count:
                return
            raise _Damaged("is cut short; export it again.")
        yield name, body
        position += 8 + size


def _events(body: bytes) -> Iterator[Event]:
    """Yields the events of a track up to its end."""
    position, tick, running = 0, 0, 0
    while position < len(body):
        delta, position = _number(body, position)
        tick += delta
        if position >= len(body):
            raise _Damaged("is damaged: a track ends in the middle of an event; export it again.")
        status = body[position]
        if status >= 0x80:
            position += 1
        else:
            status = running
        if status in (_META, _SYSEX, _SYSEX_PACKET):
            content, position = _long_event(status, body, position)
        else:
            running = status
            content, position = _channel_event(status, body, position)
        yield Event(tick, content)
        if content[:2] == _END_OF_TRACK:
            return


def _channel_event(status: int, body: bytes, position: int) -> tuple[bytes, int]:
    """Returns a channel message and where the next event begins."""
    size = _DATA_BYTES.get(status & 0xF0)
    if size is None:
        raise _Damaged("is damaged: a track holds what is no MIDI event; export it again.")
    data = body[position : position + size]
    if len(data) < size or max(data) > 0x7F:
        raise _Damaged("is damaged: an event has wrong data; export it again.")
    return bytes((status,)) + data, position + size


def _long_event(status: int, body: bytes, position: int) -> tuple[bytes, int]:
    """Returns a meta event or a system exclusive one and where the next event begins."""
    head = bytes((status,))
    if status == _META:
        head += body[position : position + 1]
        position += 1
    size, position = _number(body, position)
    content = body[position : position + size]
    if len(content) < size:
        raise _Damaged("is damaged: a track ends in the middle of an event; export it again.")
    return head + content, position + size


def _number(body: bytes, position: int) -> tuple[int, int]:
    """Returns a variable-length number and where it ends; it has four bytes at most."""
    value = 0
    for byte in body[position : position + 4]:
        position += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, position
    raise _Damaged("is damaged: a track ends in the middle of an event; export it again.")


def midi_bytes(midi: MidiFile) -> bytes:
    """Returns the file's bytes; every track ends with its end-of-track event."""
    chunks = [_track_chunk(track) for track in midi.tracks]
    for after, chunk in reversed(midi.foreign_chunks):
        chunks.insert(after, chunk)
    header = b"".join(number.to_bytes(2) for number in (midi.format, len(midi.tracks), midi.ticks_per_quarter))
    return b"MThd" + len(header).to_bytes(4) + header + b"".join(chunks)


def _track_chunk(track: Track) -> bytes:
    parts, before, running = [], 0, 0
    if not track or track[-1].content[:2] != _END_OF_TRACK:
        track = (*track, Event(track[-1].tick if track else 0, _END_OF_TRACK))
    for event in track:
        is_running = event.content[0] == running
        parts += [_number_bytes(event.tick - before), event.content[1:] if is_running else _with_length(event.content)]
        before, running = event.tick, event.content[0] if event.content[0] < _SYSEX else 0
    body = b"".join(parts)
    return b"MTrk" + len(body).to_bytes(4) + body


def _with_length(content: bytes) -> bytes:
    """Returns an event as it stands in a file."""
    if content[0] < _SYSEX:
        return content
    head_bytes = 2 if content[0] == _META else 1
    return content[:head_bytes] + _number_bytes(len(content) - head_bytes) + content[head_bytes:]


def _number_bytes(value: int) -> bytes:
    """Returns a variable-length number."""
    result = [value & 0x7F]
    while value := value >> 7:
        result.append(value & 0x7F | 0x80)
    return bytes(reversed(result))
