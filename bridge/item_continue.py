"""The verb `continue` for the notes of an item.

The engine's time begins with a bar: at the first metre that is told, which lies at or before the item's beginning. A
script is told where the new item begins, in seconds from the old one, and its notes in seconds from its own beginning.
A MIDI file with all candidates lies in `FOLDER/AuxSend/`; the same request run again ends in the same file.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bridge.clip_split import RESULT_FOLDER, result_name
from bridge.clip_transcribe import PALETTE
from bridge.continuation import written
from bridge.continue_verb import Continue, ItemMetre, ItemTempo
from bridge.core import Connect
from bridge.errors import OutputUnwritable, RequestRefused
from bridge.events import Report
from bridge.generation import Candidate, Generation, GenerationWish, Prompt
from bridge.hearing import end_sec
from bridge.midi.chord_symbols import chord_labels
from bridge.midi.key import parse_key
from bridge.midi.notes import Note, NoteTrack, TempoChange, TempoMap, TimeSignature
from bridge.midi.pitch_names import parse_scale
from bridge.outputs import staged

_EARLY_SEC = 0.03
"""So little before the item's beginning, a note is heard there: where it begins may have been rounded."""


async def continue_item(order: Continue, request_id: str, connect: Connect, report: Report) -> dict[str, Any]:
    """Writes music to the notes of an item and returns the result as the protocol has it.

    Raises:
        BridgeError: anything in `bridge.errors`; then nothing was written.
    """
    origin_sec = _origin_sec(order.time_signatures)
    wish = GenerationWish(
        prompt=_prompt(order, origin_sec),
        task=order.mode,
        bar_count=order.bars,
        bars_range=(order.first_bar, order.last_bar),
        kept=order.kept,
        is_accompanied=order.is_accompanied,
        bar_chords=chord_labels(order.chords),
        model=order.model,
        candidate_count=order.candidates,
        temperature=order.temperature,
        top_p=order.top_p,
        seed=order.seed,
        key_rule=order.key_rule,
        pitch_classes=parse_scale(order.scale),
        lowest_pitch=order.lowest_pitch,
        highest_pitch=order.highest_pitch,
        max_polyphony=order.max_polyphony,
        notes_per_bar=order.notes_per_bar,
        stays_in_bars=order.stays_in_bars,
        rings_over=order.rings_over,
        request_id=request_id,
    )
    if not order.folder.is_dir():
        raise OutputUnwritable(f"There is no folder “{order.folder}”; save the project, so that it has one.")
    target = order.folder / RESULT_FOLDER / f"{result_name(order.name, request_id)}.mid"
    with staged(target.parent) as stage:
        found = await written(wish, stage.staging / target.name, connect, report)
        stage.publish([target.name], is_forced=True)
    return _document(found, wish.prompt, origin_sec) | {"midi_file": str(target)}


def _origin_sec(metres: Sequence[ItemMetre]) -> float:
    """Returns where the engine's time begins, in the item's: at a bar line.

    Raises:
        RequestRefused: no metre holds at the item's beginning.
    """
    first_sec = metres[0].time_sec if metres else 0.0
    if first_sec > 0:
        raise RequestRefused("The first of “params.time_signatures” must be at or before the item's beginning.")
    return first_sec


def _prompt(order: Continue, origin_sec: float) -> Prompt:
    last_sec = order.length_sec or float("inf")
    notes = [
        Note(note.pitch, note.velocity, max(0.0, note.onset_sec) - origin_sec, note.duration_sec)
        for note in order.notes
        if -_EARLY_SEC <= note.onset_sec < last_sec
    ]
    if not notes:
        raise RequestRefused("The item has no notes; choose one that has a melody.")
    ordered = tuple(sorted(notes, key=lambda note: (note.onset_sec, note.pitch)))
    metres = tuple(
        TimeSignature(metre.time_sec - origin_sec, metre.numerator, metre.denominator)
        for metre in order.time_signatures
    )
    tempo_map = TempoMap(_tempos(order.tempos, origin_sec), metres or (TimeSignature(0.0, 4, 4),))
    track = NoteTrack(order.name, ordered, order.program)
    return Prompt((track,), tempo_map, parse_key(order.key) if order.key else None)


def _tempos(tempos: Sequence[ItemTempo], origin_sec: float) -> tuple[TempoChange, ...]:
    """Returns the tempos from the origin on; what holds there is the last one before, or else the first of all."""
    changes = [TempoChange(tempo.time_sec - origin_sec, tempo.quarter_bpm) for tempo in tempos]
    before = [change for change in changes if change.time_sec <= 0][-1:] or changes[:1] or [TempoChange(0.0, 120.0)]
    return (replace(before[0], time_sec=0.0), *(change for change in changes if change.time_sec > 0))


def _document(found: Generation, prompt: Prompt, origin_sec: float) -> dict[str, Any]:
    return {
        "candidates": [_candidate(candidate) for candidate in found.candidates],
        "begin_sec": found.begin_sec + origin_sec,
        "length_sec": end_sec(prompt, found) - found.begin_sec,
        "bars": found.bar_count,
        "key": found.key.name,
        "time_signature": list(found.metre),
        "model": found.model,
        "is_cached": found.is_cached,
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {
        "score": round(candidate.score, 4),
        "tracks": [
            {
                "name": track.name,
                "program": track.program,
                "color": list(PALETTE[number % len(PALETTE)]),
                "notes": [[note.pitch, note.velocity, note.onset_sec, note.duration_sec] for note in track.notes],
            }
            for number, track in enumerate(candidate.tracks)
        ],
    }
