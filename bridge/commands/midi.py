"""`auxsend midi`: what is in a MIDI file, and the same file in another tempo, key or instrument."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bridge.midi.file import MidiFile
    from bridge.midi.listing import Listing

MidiArgument = Annotated[Path, typer.Argument(metavar="MIDI", help="Standard MIDI file.", show_default=False)]


def midi(
    source: MidiArgument,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to write.", show_default="“MIDI edited.mid”"),
    ] = None,
    tempo: Annotated[
        float | None, typer.Option(metavar="BPM", help="First tempo; later ones change in proportion.")
    ] = None,
    transpose: Annotated[
        int | None, typer.Option(metavar="SEMITONES", help="Up, or down with a minus; drums stay.")
    ] = None,
    key: Annotated[
        str | None, typer.Option(metavar="KEY", help="Transpose to this key by the nearest way: Dmin, Bb.")
    ] = None,
    program: Annotated[
        str | None, typer.Option(metavar="NAME", help="General MIDI instrument, or its number from 0 to 127.")
    ] = None,
    is_json: Annotated[bool, typer.Option("--json", help="Print what is in the file as one JSON object.")] = False,
    is_forced: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Show what is in a MIDI file, or write it in another tempo, key or instrument."""
    from bridge.errors import RequestRefused
    from bridge.midi.file import midi_bytes, read_midi
    from bridge.midi.listing import as_json, default_output, list_midi
    from bridge.outputs import write_file

    if key is not None and transpose is not None:
        raise RequestRefused("Choose one of --transpose and --key.")
    original = list_midi(read_midi(source))
    edited, sentences = _edit(original, tempo, transpose, key, program)
    for sentence in sentences:
        typer.echo(sentence, err=True)
    target = None
    if sentences or output:
        target = output or default_output(source)
        write_file(target, midi_bytes(edited), source=source, is_forced=is_forced)
    listing = list_midi(edited) if sentences else original
    if is_json:
        typer.echo(json.dumps(as_json(listing) | ({"file": str(target)} if target else {})))
    elif target:
        typer.echo(target)
    else:
        _print(source, listing)


def _edit(
    original: "Listing", tempo: float | None, transpose: int | None, key: str | None, program: str | None
) -> "tuple[MidiFile, list[str]]":
    """Returns the file with the changes that the options ask for, and a sentence for each of them."""
    from bridge.midi.edits import transposed, with_program, with_tempo
    from bridge.midi.general_midi import PROGRAMS, program_number

    edited, sentences = original.midi, []
    if tempo is not None:
        before = original.performance.tempo_map.tempos[0].quarter_bpm
        edited = with_tempo(edited, tempo)
        sentences.append(f"Tempo from {before:.4g} to {tempo:.4g}.")
    if key is not None:
        transpose, reason = _way_to(original, key)
        sentences.append(reason)
    if transpose is not None:
        edited = transposed(edited, transpose)
        sentences.append(f"Transposed by {transpose:+d} semitone{'' if abs(transpose) == 1 else 's'}.")
    if program is not None:
        number = program_number(program)
        edited = with_program(edited, number)
        sentences.append(f"Every instrument but the drums is now {PROGRAMS[number]} ({number}).")
    return edited, sentences


def _way_to(original: "Listing", key: str) -> tuple[int, str]:
    """Returns by how many semitones to transpose, and a sentence that says from which key.

    Raises:
        RequestRefused: the file has no key, or the other mode.
    """
    from bridge.errors import RequestRefused
    from bridge.midi.key import key_of_notes, parse_key, semitones_to

    wanted, found = parse_key(key), original.key
    if found is None:
        raise RequestRefused("This file has no key signature and no notes that speak for a key; use --transpose.")
    semitones = semitones_to(wanted, found.key)
    source = "its key signature" if found.is_stated else "its notes"
    sentence = f"From {found.key.name}, by {source}, to {wanted.name}."
    melodic = (part.notes for part in original.performance.parts if not part.notes.is_drum)
    heard = key_of_notes(note for track in melodic for note in track.notes)
    if found.is_stated and heard not in (None, found.key):
        sentence += f" Its notes rather speak for {heard.name}; if that is right, use --transpose."
    return semitones, sentence


def _print(source: Path, listing: "Listing") -> None:
    """Prints what is in the file as a small table."""
    from rich.console import Console
    from rich.table import Table

    from bridge.midi.listing import facts, part_rows

    typer.echo(source.name)
    for label, value in facts(listing).items():
        typer.echo(f"  {label + ':':<9}{value}")
    table = Table("channel", "track", "program", "notes", "range", box=None, header_style="bold")
    for row in part_rows(listing):
        table.add_row(*row)
    if table.row_count:
        Console(highlight=False, markup=False).print(table)
