"""`auxsend split`: a song into stems.

Like every command, it imports what it runs with when it runs, so that `auxsend --help` loads none of it.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from bridge.commands.options import (
    DeviceOption,
    EngineOption,
    FileFormat,
    OfflineOption,
    ProjectFormat,
    Quality,
    Residual,
    SongArgument,
    choose_stems,
    parse_range,
)

if TYPE_CHECKING:
    from bridge.core import SplitResult

_PROJECT = "--project"


class SplitCommand(TyperCommand):
    """A command whose `--project` may stand without a value, and then means REAPER's."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - Typer's context is private
        """Returns what is left of the arguments, as every command does."""
        return super().parse_args(ctx, name_project(args))


def name_project(arguments: Sequence[str]) -> list[str]:
    """Returns the arguments with the project named.

    >>> name_project(["--project", "song.wav"]), name_project(["song.wav", "--project", "als"])
    (['--project=rpp', 'song.wav'], ['song.wav', '--project', 'als'])
    """
    named = list(arguments)
    end = named.index("--") if "--" in named else len(named)
    for place, word in enumerate(named[:end]):
        following = named[place + 1 : end][:1]
        if word == _PROJECT and following not in [[kind.value] for kind in ProjectFormat]:
            named[place] = f"{_PROJECT}={ProjectFormat.REAPER.value}"
    return named


def split(
    song: SongArgument,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Folder for the stems.", show_default="“SONG stems”"),
    ] = None,
    model: Annotated[str, typer.Option(help="See “auxsend models list”.", show_default="the engine's default")] = "",
    stems: Annotated[str | None, typer.Option(metavar="NAMES", help="Only these, such as vocals,drums.")] = None,
    two_stems: Annotated[str | None, typer.Option(metavar="NAME", help="This stem, and the song without it.")] = None,
    without: Annotated[str | None, typer.Option(metavar="NAME", help="Only the song without this stem.")] = None,
    quality: Annotated[Quality, typer.Option(help="How much time to spend.")] = Quality.BALANCED,
    range_: Annotated[
        str | None, typer.Option("--range", metavar="FROM-TO", help="Only this part, in seconds: 12.5-24.")
    ] = None,
    file_format: Annotated[FileFormat, typer.Option("--format", help="Kind of the stems' files.")] = FileFormat.WAV,
    residual: Annotated[
        Residual, typer.Option(help="Where to put what no stem holds; with “other”, stems sum to the song exactly.")
    ] = Residual.NONE,
    is_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")] = False,
    project: Annotated[
        ProjectFormat | None,
        typer.Option(
            metavar="[rpp|als]", help="Also write a project: for REAPER (rpp, if none is named) or Live (als)."
        ),
    ] = None,
    is_for_reaper: Annotated[
        bool, typer.Option("--reaper", help="Also put the stems into the project that is open in REAPER.")
    ] = False,
    is_forced: Annotated[bool, typer.Option("--force", help="Replace existing files.")] = False,
    engine: EngineOption = None,
    device: DeviceOption = None,
    offline: OfflineOption = None,
) -> None:
    """Split a song into stems: vocals, drums, bass and the rest."""
    from bridge import core
    from bridge.commands.running import Display, run_verb
    from bridge.connection import connect
    from bridge.projects.reapy import FinishedSplit, insert_split, open_reaper
    from bridge.settings import load_settings, user_folders

    settings = load_settings({"engine": engine, "device": device, "offline": offline})
    folders = user_folders()
    order = core.SplitOrder(
        song=song,
        folder=output or Path(f"{song.stem} stems"),
        model=model,
        stems=choose_stems(stems, two_stems, without),
        quality=quality.value,
        residual=residual.value,
        file_format=file_format.value,
        range_sec=parse_range(range_) if range_ else None,
        project=project.value if project else "",
        is_forced=is_forced,
    )
    reaper = open_reaper() if is_for_reaper else None
    with Display(folders) as display:
        result = run_verb(core.split(order, lambda: connect(settings, folders.state), display))
        display.say(describe(result))
    typer.echo(json.dumps(as_json(result)) if is_json else "\n".join(map(str, written(result))))
    if reaper is not None:
        length_sec = result.sample_count / result.sample_rate_hz
        finished = FinishedSplit(song, result.stems, length_sec, is_whole=order.range_sec is None)
        typer.echo(insert_split(reaper, finished), err=True)


def describe(result: "SplitResult") -> str:
    """Returns in one sentence what was made and how fast."""
    duration_sec = result.sample_count / result.sample_rate_hz
    speed = "known already" if result.is_cached else f"{result.realtime_factor:.1f} times as fast as it plays"
    return f"{duration_sec:.1f} s of audio into {len(result.stems)} stems with {result.model}: {speed}."


def as_json(result: "SplitResult") -> dict[str, Any]:
    """Returns the result as `--json` prints it."""
    return {
        "model": result.model,
        "sample_rate_hz": result.sample_rate_hz,
        "samples": result.sample_count,
        "stems": {name: str(path) for name, path in result.stems.items()},
        "realtime_factor": round(result.realtime_factor, 4),
        "cached": result.is_cached,
    }


def written(result: "SplitResult") -> list[Path]:
    """Returns every file that a split wrote."""
    return [*result.stems.values(), *([result.project] if result.project else [])]
