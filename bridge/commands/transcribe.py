"""`auxsend transcribe`: audio into notes."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.commands.options import DeviceOption, EngineOption, OfflineOption, SongArgument, parse_range

if TYPE_CHECKING:
    from bridge.midi.notes import NoteTrack
    from bridge.transcription import Transcription


def transcribe(
    song: SongArgument,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="MIDI file to write.", show_default="“SONG.mid”"),
    ] = None,
    model: Annotated[
        str,
        typer.Option(
            metavar="auto|basic-pitch|piano|voice|drums|full",
            help="“auto” listens and chooses; “full” takes a mix apart first. See “auxsend models list”.",
        ),
    ] = "auto",
    quantise: Annotated[str, typer.Option(metavar="1/16", help="Move notes to this grid of the music's beats.")] = "",
    strength: Annotated[float, typer.Option(min=0, max=1, help="How far to move them; 1 is all the way.")] = 1.0,
    has_bends: Annotated[bool, typer.Option("--bends", help="Write pitch bends, where the model finds them.")] = False,
    tempo: Annotated[
        float, typer.Option(metavar="BPM", help="The music's tempo, if you know it.", show_default="found by listening")
    ] = 0.0,
    range_: Annotated[
        str | None, typer.Option("--range", metavar="FROM-TO", help="Only this part, in seconds: 12.5-24.")
    ] = None,
    has_plot: Annotated[bool, typer.Option("--plot", help="Also draw the notes over the spectrogram (PNG).")] = False,
    is_json: Annotated[bool, typer.Option("--json", help="Print the notes as one JSON object.")] = False,
    is_forced: Annotated[bool, typer.Option("--force", help="Replace existing files.")] = False,
    engine: EngineOption = None,
    device: DeviceOption = None,
    offline: OfflineOption = None,
) -> None:
    """Turn audio into notes: any instrument, or a whole song, in a MIDI file with its tempo, chords and key."""
    from bridge.commands.running import Display, run_verb
    from bridge.connection import connect
    from bridge.settings import load_settings, user_folders
    from bridge.transcribe import TranscribeOrder, parse_grid
    from bridge.transcribe import transcribe as write_down
    from bridge.transcription import Wish

    settings = load_settings({"engine": engine, "device": device, "offline": offline})
    folders = user_folders()
    order = TranscribeOrder(
        song=song,
        midi=(output or Path(f"{song.stem}.mid")).absolute(),
        wish=Wish(model, has_bends, parse_grid(quantise), strength, tempo),
        range_sec=parse_range(range_) if range_ else None,
        has_plot=has_plot,
        is_forced=is_forced,
    )
    with Display(folders) as display:
        found = run_verb(write_down(order, lambda: connect(settings, folders.state), display))
        display.say(describe(found))
    typer.echo(json.dumps(as_json(found, order.midi)) if is_json else "\n".join(map(str, order.files)))


def describe(found: "Transcription") -> str:
    """Returns in one sentence what was heard and how fast."""
    speed = "known already" if found.is_cached else f"{found.realtime_factor:.1f} times as fast as it plays"
    tracks = ", ".join(f"{track.name} ({len(track.notes)})" for track in found.tracks)
    tempo = f"{found.tempo_map.tempos[0].quarter_bpm:.1f} bpm" if found.is_tempo_heard else ""
    music = ", ".join(filter(None, [tempo, found.key_name]))
    notes = f"{found.note_count} note{'' if found.note_count == 1 else 's'}: {tracks}" if tracks else "no notes"
    return f"{found.duration_sec:.1f} s of audio into {'; '.join(filter(None, [notes, music, speed]))}."


def as_json(found: "Transcription", midi: Path) -> dict[str, Any]:
    """Returns the result as `--json` prints it."""
    return {
        "model": found.model,
        "tempo": [[tempo.time_sec, tempo.quarter_bpm] for tempo in found.tempo_map.tempos],
        "key": found.key_name,
        "tracks": [_track_json(track) for track in found.tracks],
        "time_signatures": [
            [metre.time_sec, metre.numerator, metre.denominator] for metre in found.tempo_map.time_signatures
        ],
        "beats": [[beat.time_sec, beat.bar_position] for beat in found.beats],
        "chords": [[chord.onset_sec, chord.duration_sec, chord.label] for chord in found.chords],
        "choice": found.choice,
        "warnings": list(found.warnings),
        "midi": str(midi),
        "realtime_factor": round(found.realtime_factor, 4),
        "cached": found.is_cached,
    }


def _track_json(track: "NoteTrack") -> dict[str, Any]:
    document: dict[str, Any] = {
        "name": track.name,
        "program": track.program,
        "is_drum": track.is_drum,
        "notes": [
            {
                "pitch": note.pitch,
                "velocity": note.velocity,
                "onset_sec": note.onset_sec,
                "duration_sec": note.duration_sec,
            }
            | ({"bends": [[bend.offset_sec, bend.semitones] for bend in note.bends]} if note.bends else {})
            for note in track.notes
        ],
    }
    if track.control_changes:
        document["control_changes"] = [
            [change.number, change.value, change.time_sec] for change in track.control_changes
        ]
    return document
