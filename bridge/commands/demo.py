"""`auxsend demo`: a song into stems, a REAPER project and a picture, to hear and see what AuxSend does."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.commands.options import DeviceOption, EngineOption, OfflineOption

if TYPE_CHECKING:
    from bridge.core import SplitResult

PICTURE_NAME = "stems.png"
MARK_NAME = ".auxsend-demo"  # says that a folder's files are a demo's own, and may be replaced by the next one


def demo(
    song: Annotated[
        Path | None, typer.Argument(metavar="SONG", help="A song of yours.", show_default="a short piece of ours")
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for everything.")] = Path(
        "demo"
    ),
    model: Annotated[str, typer.Option(help="See “auxsend models list”.", show_default="the engine's default")] = "",
    engine: EngineOption = None,
    device: DeviceOption = None,
    offline: OfflineOption = None,
) -> None:
    """Split a song and write its stems, a REAPER project and a picture. A new demo replaces the one before."""
    from bridge import core
    from bridge.commands.running import Display, run_verb
    from bridge.commands.split import describe
    from bridge.connection import connect
    from bridge.demo.player import PIECE, render
    from bridge.outputs import staged
    from bridge.pictures import draw_stems
    from bridge.settings import load_settings, user_folders

    settings = load_settings({"engine": engine, "device": device, "offline": offline})
    folders = user_folders()
    is_ours = (output / MARK_NAME).exists()
    with Display(folders) as display, staged(output) as stage:
        if song is None:
            song = output / f"{PIECE.stem}.wav"
            render(PIECE, stage.staging / song.name)
            stage.publish([song.name], is_forced=is_ours)
        order = core.SplitOrder(song=song, folder=output, model=model, project="rpp", is_forced=is_ours)
        result = run_verb(core.split(order, lambda: connect(settings, folders.state), display))
        display.say(describe(result))
        draw_stems(song, result.stems, stage.staging / PICTURE_NAME)
        (stage.staging / MARK_NAME).write_text("", encoding="utf-8")
        stage.publish([PICTURE_NAME, MARK_NAME], is_forced=is_ours)
    typer.echo("\n".join(_lines(song, result, output / PICTURE_NAME)))


def _lines(song: Path, result: "SplitResult", picture: Path) -> list[str]:
    """Returns where everything is, a line each."""
    lines = [f"song     {song.absolute()}"]
    lines += [f"stem     {path}" for path in result.stems.values()]
    return [*lines, f"project  {result.project} (opens in REAPER)", f"picture  {picture.absolute()}"]
