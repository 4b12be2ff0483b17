"""The verb `transcribe` for a clip.

What the item plays is sent as it plays it (its window, turned round, looped, with silence where it has none), but at
the source's own speed; the notes come back and are told in seconds of the timeline from the item's beginning, whatever
its play rate. The MIDI file lies in `FOLDER/AuxSend/`, beside the stems; the same request run again ends in the same
file.
"""

import asyncio
import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from bridge.audio_file import open_song
from bridge.clip import plan_clip
from bridge.clip_played import as_played
from bridge.clip_split import RESULT_FOLDER, result_name
from bridge.core import Connect
from bridge.errors import OutputUnwritable
from bridge.events import Report
from bridge.midi.chord_symbols import chord_symbol, transposed_chord
from bridge.midi.edits import transposed, with_playrate, within_reach
from bridge.midi.file import midi_bytes, read_midi
from bridge.midi.notes import Chord, NoteTrack, TempoMap
from bridge.outputs import staged
from bridge.projects.rpp import STEM_COLOURS
from bridge.transcribe import heard, parse_grid
from bridge.transcription import Transcription, Wish
from bridge.verbs import Transcribe

USUAL_BEND_RANGE_SEMITONES = 2
PALETTE = ((70, 150, 200), (64, 160, 120), (190, 130, 60), (98, 98, 204), (226, 88, 108), (150, 110, 190))


async def transcribe_clip(order: Transcribe, request_id: str, connect: Connect, report: Report) -> dict[str, Any]:
    """Writes down what an item plays and returns the result as the protocol has it.

    Raises:
        BridgeError: anything in `bridge.errors`; then nothing was written.
    """
    division = parse_grid(order.quantise)
    wish = Wish(order.model, order.has_bends, division, order.quantise_strength, request_id=request_id)
    song = await asyncio.to_thread(open_song, order.clip.file)
    plan = plan_clip(order.clip, song.sample_rate_hz, song.sample_count)
    if not order.folder.is_dir():
        raise OutputUnwritable(f"There is no folder “{order.folder}”; save the project, so that it has one.")
    target = order.folder / RESULT_FOLDER / f"{result_name(order.name, request_id)}.mid"
    with staged(target.parent) as stage:
        midi = stage.staging / target.name
        played, cut = await as_played(song, order.clip, plan, stage, report)
        found = await heard(played, cut, wish, stage, midi, connect, report)
        transposition = 0 if order.keeps_pitch else round(12 * math.log2(order.clip.playrate))
        if order.clip.playrate != 1.0:
            _set_playrate(midi, order.clip.playrate, transposition)
        stage.publish([target.name], is_forced=True)
    return _document(found, order, transposition, target)


def _set_playrate(path: Path, playrate: float, transposition: int) -> None:
    """Makes the MIDI file of a source sound as the item does, which plays it at another speed."""
    midi = with_playrate(read_midi(path), playrate)
    path.write_bytes(midi_bytes(transposed(within_reach(midi, transposition), transposition)))


def _document(found: Transcription, order: Transcribe, transposition: int, midi: Path) -> dict[str, Any]:
    rate = order.clip.playrate
    tempo_map = found.tempo_map if found.is_tempo_heard else TempoMap((), ())
    return {
        "tracks": [
            _track(track, number, rate, 0 if track.is_drum else transposition, order.clip.length_sec)
            for number, track in enumerate(found.tracks)
        ],
        "bend_range_semitones": _bend_range_semitones(found.tracks),
        "tempo": [[tempo.time_sec / rate, tempo.quarter_bpm * rate] for tempo in tempo_map.tempos],
        "time_signatures": [
            [metre.time_sec / rate, metre.numerator, metre.denominator] for metre in tempo_map.time_signatures
        ],
        "beats": [[beat.time_sec / rate, beat.bar_position] for beat in found.beats],
        "chords": [_chord(chord, rate, transposition) for chord in found.chords],
        "key": found.key.transposed(transposition).name if found.key else "",
        "length_sec": order.clip.length_sec,
        "midi_file": str(midi),
        "model": found.model,
        "choice": found.choice,
        "is_cached": found.is_cached,
    }


def _chord(chord: Chord, rate: float, transposition: int) -> list[float | str]:
    label = transposed_chord(chord.label, transposition)
    return [chord.onset_sec / rate, chord.duration_sec / rate, label, chord_symbol(label)]


def _track(track: NoteTrack, number: int, rate: float, transposition: int, length_sec: float) -> dict[str, Any]:
    """Returns a track with its times on the timeline; what lies beyond the item's end by rounding is cut."""
    colour = STEM_COLOURS.get(track.name, PALETTE[number % len(PALETTE)])
    notes = [
        replace(note, pitch=note.pitch + transposition)
        for note in track.notes
        if note.onset_sec / rate < length_sec and 0 <= note.pitch + transposition <= 127
    ]
    return {
        "name": track.name,
        "program": track.program,
        "is_drum": track.is_drum,
        "color": list(colour),
        "notes": [
            [
                note.pitch,
                note.velocity,
                note.onset_sec / rate,
                min(note.duration_sec / rate, length_sec - note.onset_sec / rate),
            ]
            for note in notes
        ],
        "bends": list(_bends(track, rate)),
        "control_changes": [
            [change.number, change.value, change.time_sec / rate]
            for change in track.control_changes
            if change.time_sec / rate < length_sec
        ],
    }


def _bend_range_semitones(tracks: Iterable[NoteTrack]) -> int:
    """Returns how far the end of the pitch wheel must bend: what instruments do unless told otherwise, or further."""
    widest = max((abs(bend.semitones) for track in tracks for note in track.notes for bend in note.bends), default=0.0)
    return max(USUAL_BEND_RANGE_SEMITONES, math.ceil(widest))


def _bends(track: NoteTrack, rate: float) -> Iterator[list[float]]:
    """Yields the pitch curve of a whole track, which a DAW bends as one; it is straight again after every note.

    Where notes overlap, the one that began last bends.
    """
    for note, following in zip(track.notes, (*track.notes[1:], None), strict=True):
        if not note.bends:
            continue
        end_sec = note.offset_sec if following is None else min(note.offset_sec, following.onset_sec)
        for bend in note.bends:
            if note.onset_sec + bend.offset_sec < end_sec:
                yield [(note.onset_sec + bend.offset_sec) / rate, bend.semitones]
        yield [end_sec / rate, 0.0]
