"""`auxsend render`: how a MIDI file sounds."""

from pathlib import Path
from typing import Annotated

import typer

from bridge.commands.midi import MidiArgument


def render(
    midi: MidiArgument,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write.", show_default="“MIDI.wav”")
    ] = None,
    soundfont: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Soundfont to play with.", show_default="the system's")
    ] = None,
    sample_rate_hz: Annotated[int, typer.Option("--sample-rate", metavar="HZ", help="8000 to 96000.")] = 44_100,
    is_forced: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    offline: Annotated[bool | None, typer.Option("--offline", help="Fetch no soundfont.", show_default=False)] = None,
) -> None:
    """Play a MIDI file into a WAV file, with a General MIDI soundfont."""
    from bridge import render as rendering
    from bridge.commands.running import Display, run_verb
    from bridge.settings import load_settings, user_folders
    from bridge.soundfont import choose_soundfont

    settings = load_settings({"offline": offline})
    folders = user_folders()
    target = output or Path(f"{midi.stem}.wav")

    async def verb(display: Display) -> tuple[float, Path]:
        kept_in = folders.state / "soundfonts"
        chosen = await choose_soundfont(soundfont, kept_in, is_offline=settings.offline, report=display)
        duration_sec = await rendering.render(
            midi, target, chosen, sample_rate_hz=sample_rate_hz, is_forced=is_forced, report=display
        )
        return duration_sec, chosen

    with Display(folders) as display:
        duration_sec, chosen = run_verb(verb(display))
        display.say(f"{duration_sec:.1f} s of audio, played with {chosen.name}.")
    typer.echo(target)
