"""`auxsend continue`: music that follows a MIDI file, varies it, fills bars of it or accompanies it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.commands.midi import MidiArgument
from bridge.commands.options import DeviceOption, EngineOption, OfflineOption
from bridge.generation import GenerationTask, Kept, KeyRule

if TYPE_CHECKING:
    from bridge.commands.running import Display
    from bridge.generation import Candidate, Generation, GenerationWish, Prompt
    from bridge.settings import Folders, Settings

_ENDINGS = {
    GenerationTask.CONTINUE: "continued",
    GenerationTask.VARY: "varied",
    GenerationTask.FILL: "filled",
    GenerationTask.ACCOMPANY: "accompanied",
}


def continue_(
    midi: MidiArgument,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="MIDI file to write.", show_default="“MIDI continued.mid”"),
    ] = None,
    bars: Annotated[int, typer.Option(min=1, max=64, help="Bars to write after the end.")] = 4,
    candidates: Annotated[int, typer.Option(min=1, max=16, help="How many answers to write.")] = 4,
    mode: Annotated[GenerationTask, typer.Option(help="What to write.")] = GenerationTask.CONTINUE,
    bars_range: Annotated[str, typer.Option(metavar="5-8", help="Which bars to fill.", show_default=False)] = "",
    keep: Annotated[Kept, typer.Option(help="What a variation keeps.")] = Kept.RHYTHM,
    has_accompaniment: Annotated[
        bool, typer.Option("--with-accompaniment", help="Continue with chords and bass, too.")
    ] = False,
    key: Annotated[
        str, typer.Option(metavar="KEY", help="The music's key: Dmin, Bb.", show_default="the file's, or found")
    ] = "",
    key_rule: Annotated[KeyRule, typer.Option(help="Notes outside of the key: rare, none, or as the model likes.")] = (
        KeyRule.SOFT
    ),
    scale: Annotated[
        str, typer.Option(metavar="“C Eb F G Bb”", help="Notes that take the place of the key's.", show_default=False)
    ] = "",
    pitch_range: Annotated[
        str, typer.Option(metavar="C3-C6", help="Lowest and highest note: names, or 48-84.", show_default="all")
    ] = "",
    polyphony: Annotated[int, typer.Option(min=0, max=127, help="Most notes at once on a track; 0: as it comes.")] = 0,
    notes_per_bar: Annotated[
        float, typer.Option(min=0, help="About so many notes in each bar of the melody; 0: as it comes.")
    ] = 0.0,
    is_inside_bars: Annotated[bool, typer.Option("--inside-bars", help="Let no note sound across a bar line.")] = False,
    rings_over: Annotated[
        bool, typer.Option("--ring-over", help="Let notes sound on beyond the last bar line.")
    ] = False,
    chords: Annotated[
        str, typer.Option(metavar="“Am F C G”", help="Chords to follow, one a bar, over and over.", show_default=False)
    ] = "",
    temperature: Annotated[float, typer.Option(help="Above 0, up to 2: how daring.")] = 1.0,
    top_p: Annotated[float, typer.Option(help="Above 0, up to 1: the share of likely notes to choose from.")] = 0.95,
    seed: Annotated[int, typer.Option(min=0, help="The same seed writes the same notes.")] = 0,
    model: Annotated[str, typer.Option(help="See “auxsend models list”.", show_default="the engine's default")] = "",
    has_plot: Annotated[bool, typer.Option("--plot", help="Also draw prompt and candidates (PNG).")] = False,
    is_rendered: Annotated[bool, typer.Option("--render", help="Also play the candidates (a WAV each).")] = False,
    is_json: Annotated[bool, typer.Option("--json", help="Print the candidates as one JSON object.")] = False,
    is_forced: Annotated[bool, typer.Option("--force", help="Replace existing files.")] = False,
    engine: EngineOption = None,
    device: DeviceOption = None,
    offline: OfflineOption = None,
) -> None:
    """Continue a melody: in its key, its metre and its style, beginning at the bar line after its end."""
    from bridge.commands.running import Display, run_verb
    from bridge.connection import connect
    from bridge.continuation import ContinueOrder, go_on
    from bridge.generation import GenerationWish
    from bridge.midi.chord_symbols import chord_labels
    from bridge.midi.key import parse_key
    from bridge.midi.pitch_names import parse_pitch_range, parse_scale
    from bridge.midi_prompt import read_prompt
    from bridge.settings import load_settings, user_folders

    settings = load_settings({"engine": engine, "device": device, "offline": offline})
    folders = user_folders()
    prompt = read_prompt(midi, parse_key(key) if key else None)
    wish = GenerationWish(
        prompt, mode, bars, _bars_to_fill(bars_range, mode, prompt), keep, has_accompaniment, chord_labels(chords),
        model, candidates, temperature, top_p, seed, key_rule, parse_scale(scale), *parse_pitch_range(pitch_range),
        polyphony, notes_per_bar, is_inside_bars, rings_over,
    )  # fmt: skip
    target = (output or Path(f"{midi.stem} {_ENDINGS[mode]}.mid")).absolute()
    order = ContinueOrder(midi, target, wish, has_plot, is_forced=is_forced)
    with Display(folders) as display:
        if is_rendered:
            order = replace(order, soundfont=run_verb(_soundfont(settings, folders, display)))
        found = run_verb(go_on(order, lambda: connect(settings, folders.state), display))
        display.say(describe(found))
    typer.echo(json.dumps(as_json(found, wish, target)) if is_json else "\n".join(map(str, order.files)))


def _bars_to_fill(text: str, mode: GenerationTask, prompt: "Prompt") -> tuple[int, int]:
    """Returns first and last bar, counted from the melody's first note; 0 and 0 where nothing is to be filled.

    Raises:
        RequestRefused: bars are named and not to be filled, or the other way round, or are not there.
    """
    from bridge.errors import RequestRefused
    from bridge.midi_prompt import bars_in_prompt, parse_bars

    if (mode is GenerationTask.FILL) != bool(text):
        raise RequestRefused("“--mode fill” and “--bars-range 5-8” go together: name the bars that are to be filled.")
    return bars_in_prompt(parse_bars(text), prompt) if text else (0, 0)


async def _soundfont(settings: "Settings", folders: "Folders", display: "Display") -> Path:
    """Returns what to play candidates with."""
    from bridge.soundfont import choose_soundfont

    kept_in = folders.state / "soundfonts"
    return await choose_soundfont(None, kept_in, is_offline=settings.offline, report=display)


def describe(found: "Generation") -> str:
    """Returns in one sentence what was written."""
    count, bars = len(found.candidates), found.bar_count
    numerator, denominator = found.metre
    notes = ", ".join(str(candidate.note_count) for candidate in found.candidates)
    return (
        f"{count} candidate{'s' if count > 1 else ''} of {bars} bar{'s' if bars > 1 else ''} in {found.key.name}, "
        f"{numerator}/{denominator}, best first, with {notes} notes."
    )


def as_json(found: "Generation", wish: "GenerationWish", midi: Path) -> dict[str, Any]:
    """Returns the candidates as `--json` prints them; beats are quarter notes, as in MIDI files."""
    return {
        "key": found.key.name,
        "time_signature": "{}/{}".format(*found.metre),
        "candidates": [
            {"score": round(candidate.score, 4), "notes": _notes_json(candidate, found, wish.prompt)}
            for candidate in found.candidates
        ],
        "bars": found.bar_count,
        "tempo": found.quarter_bpm,
        "model": found.model,
        "midi": str(midi),
        "cached": found.is_cached,
    }


def _notes_json(candidate: "Candidate", found: "Generation", prompt: "Prompt") -> list[dict[str, Any]]:
    """Returns the notes of all parts, ordered by onset, then pitch."""
    from bridge.midi.bars import QuarterGrid

    grid = QuarterGrid(prompt.tempo_map)
    begin = grid.quarters_at(found.begin_sec)
    rows = []
    for track in candidate.tracks:
        for note in track.notes:
            onset, end = (
                round(grid.quarters_at(found.begin_sec + time_sec) - begin, 4)
                for time_sec in (note.onset_sec, note.offset_sec)
            )
            row = {
                "pitch": note.pitch, "velocity": note.velocity, "onset_beat": onset,
                "duration_beat": round(end - onset, 4),
            }  # fmt: skip
            rows.append(row if track.name == "melody" else row | {"part": track.name})
    return sorted(rows, key=lambda row: (row["onset_beat"], row["pitch"]))
