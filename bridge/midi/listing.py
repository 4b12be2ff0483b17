"""What `auxsend midi` says of a file: as an object for programs, and as lines for a person."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.midi.file import MidiFile
from bridge.midi.general_midi import PROGRAMS
from bridge.midi.key import FoundKey, find_key
from bridge.midi.notes import TempoChange, pitch_name
from bridge.midi.performance import Part, Performance, perform

MOST_CHANGES = 4
"""So many tempo or metre changes are listed one by one; more are summed up."""


@dataclass(frozen=True)
class Listing:
    """A file, and what was found in it."""

    midi: MidiFile
    performance: Performance
    key: FoundKey | None


def list_midi(midi: MidiFile) -> Listing:
    """Returns what is found in a file."""
    performance = perform(midi)
    return Listing(midi, performance, find_key(midi, [part.notes for part in performance.parts]))


def as_json(listing: Listing) -> dict[str, Any]:
    """Returns the listing as `--json` prints it."""
    tempo_map = listing.performance.tempo_map
    return {
        "format": listing.midi.format,
        "ticks_per_quarter": listing.midi.ticks_per_quarter,
        "title": listing.performance.title,
        "duration_sec": round(listing.performance.duration_sec, 6),
        "tempo": [[round(tempo.time_sec, 6), round(tempo.quarter_bpm, 4)] for tempo in tempo_map.tempos],
        "time_signatures": [
            [round(metre.time_sec, 6), metre.numerator, metre.denominator] for metre in tempo_map.time_signatures
        ],
        "key": listing.key.key.name if listing.key else None,
        "key_is_stated": bool(listing.key and listing.key.is_stated),
        "tracks": [_part_as_json(part) for part in listing.performance.parts],
    }


def _part_as_json(part: Part) -> dict[str, Any]:
    return {
        "name": part.notes.name,
        "channel": part.channel + 1,
        "program": part.notes.program,
        "is_drum": part.notes.is_drum,
        "note_count": len(part.notes.notes),
        "lowest_pitch": min(note.pitch for note in part.notes.notes),
        "highest_pitch": max(note.pitch for note in part.notes.notes),
    }


def facts(listing: Listing) -> dict[str, str]:
    """Returns what a person wants to know of the whole file, a line each."""
    performance, key = listing.performance, listing.key
    note_count = sum(len(part.notes.notes) for part in performance.parts)
    metres = [f"{metre.numerator}/{metre.denominator}" for metre in performance.tempo_map.time_signatures]
    rows = {
        "title": performance.title,
        "length": f"{_clock_face(performance.duration_sec)}, {note_count} notes",
        "tempo": _tempo_line(performance.tempo_map.tempos),
        "metre": ", ".join(metres) if len(metres) <= MOST_CHANGES else f"{metres[0]}, {len(metres) - 1} changes",
        "key": f"{key.key.name} ({'key signature' if key.is_stated else 'by its notes'})" if key else "",
        "format": f"{listing.midi.format}, {listing.midi.ticks_per_quarter} ticks per quarter note",
    }
    return {label: value for label, value in rows.items() if value}


def _tempo_line(tempos: tuple[TempoChange, ...]) -> str:
    if len(tempos) > MOST_CHANGES:
        slowest, fastest = (choose(tempo.quarter_bpm for tempo in tempos) for choose in (min, max))
        return f"{tempos[0].quarter_bpm:.4g}, {len(tempos) - 1} changes from {slowest:.4g} to {fastest:.4g}"
    later = (f", {tempo.quarter_bpm:.4g} from {_clock_face(tempo.time_sec)}" for tempo in tempos[1:])
    return f"{tempos[0].quarter_bpm:.4g}{''.join(later)}"


def part_rows(listing: Listing) -> list[tuple[str, ...]]:
    """Returns a row for each instrument: channel, name, program, notes, range."""
    return [_part_row(part) for part in listing.performance.parts]


def _part_row(part: Part) -> tuple[str, ...]:
    pitches = [note.pitch for note in part.notes.notes]
    program = "drums" if part.notes.is_drum else f"{part.notes.program} {PROGRAMS[part.notes.program]}"
    span = "" if part.notes.is_drum else f"{pitch_name(min(pitches))}–{pitch_name(max(pitches))}"
    return str(part.channel + 1), part.notes.name, program, str(len(pitches)), span


def _clock_face(time_sec: float) -> str:
    """Returns minutes and seconds."""
    minutes, seconds = divmod(round(time_sec, 1), 60)
    return f"{minutes:.0f}:{seconds:04.1f}"


def default_output(midi: Path) -> Path:
    """Returns where an edited file goes when nothing is said."""
    return Path(f"{midi.stem} edited.mid")
