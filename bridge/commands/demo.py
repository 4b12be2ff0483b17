"""`auxsend demo`: all that AuxSend does, on a short piece of ours or a song of yours, to hear and see."""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.commands.options import DeviceOption, EngineOption, OfflineOption

if TYPE_CHECKING:
    from bridge.commands.running import Display
    from bridge.core import SplitOrder, SplitResult
    from bridge.outputs import Stage
    from bridge.settings import Folders, Settings

PICTURE_NAME = "stems.png"
MARK_NAME = ".auxsend-demo"  # says that a folder's files are a demo's own, and may be replaced by the next one


def demo(
    song: Annotated[
        Path | None, typer.Argument(metavar="SONG", help="A song of yours.", show_default="a short piece of ours")
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Folder for everything.")] = Path(
        "demo"
    ),
    model: Annotated[
        str, typer.Option(help="What separates; see “auxsend models list”.", show_default="the engine's default")
    ] = "",
    melody: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE.mid", help="Continue this; may be given again.", show_default="melodies of ours"),
    ] = None,
    engine: EngineOption = None,
    device: DeviceOption = None,
    offline: OfflineOption = None,
) -> None:
    """Split a song, write down its melody, tag it, suggest samples for it, and continue melodies.

    A new demo replaces the one before.
    """
    from bridge import core
    from bridge.commands.running import Display, run_verb
    from bridge.demo.player import PIECE, render
    from bridge.outputs import staged
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
        lines = run_verb(_show(order, tuple(melody or ()), stage, settings, folders, display))
    typer.echo("\n".join(lines))


async def _show(
    order: "SplitOrder",
    melodies: tuple[Path, ...],
    stage: "Stage",
    settings: "Settings",
    folders: "Folders",
    display: "Display",
) -> list[str]:
    """Returns what was written and found, a line each; one engine does it all."""
    from bridge import core
    from bridge.commands.split import describe
    from bridge.connection import connect
    from bridge.demo.show import Scene, show_all
    from bridge.pictures import draw_stems

    async with connect(settings, folders.state) as client:
        result = await core.split(order, lambda: nullcontext(client), display)
        display.say(describe(result))
        draw_stems(order.song, result.stems, stage.staging / PICTURE_NAME)
        (stage.staging / MARK_NAME).write_text("", encoding="utf-8")
        stage.publish([PICTURE_NAME, MARK_NAME], is_forced=order.is_forced)
        scene = Scene(
            order.song, result.stems, order.folder, lambda: nullcontext(client), display, display.say, melodies,
            is_forced=order.is_forced,
        )  # fmt: skip
        lines = _lines(order.song, result, order.folder / PICTURE_NAME)
        return [*lines, *await show_all(scene)]


def _lines(song: Path, result: "SplitResult", picture: Path) -> list[str]:
    """Returns where the stems are, a line each."""
    lines = [f"song     {song.absolute()}"]
    lines += [f"stem     {path}" for path in result.stems.values()]
    return [*lines, f"project  {result.project} (opens in REAPER)", f"picture  {picture.absolute()}"]
