"""`auxsend library search`: samples by words."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.commands.options import DeviceOption, EngineOption, JsonOption, OfflineOption

if TYPE_CHECKING:
    from bridge.client import EngineClient

TEXT_MODEL = "clap"
"""The tagger that knows words as well."""


def search(
    text: Annotated[
        list[str] | None,
        typer.Argument(metavar="TEXT...", help="Words of names, folders, tags, and with CLAP of sounds; none: all."),
    ] = None,
    count: Annotated[int, typer.Option("-k", "--count", min=1, max=1000, help="At most so many.")] = 20,
    kind: Annotated[
        list[str] | None, typer.Option(metavar="KIND", help="loop, track, one-shot, one-shot/kick.")
    ] = None,
    key: Annotated[str, typer.Option(metavar="KEY", help="Only what fits this key: Am.")] = "",
    bpm: Annotated[float, typer.Option(min=0, help="Only what fits this tempo.", show_default=False)] = 0.0,
    is_json: JsonOption = False,
    engine: EngineOption = None,
    device: DeviceOption = None,
    offline: OfflineOption = None,
) -> None:
    """Find samples of the library by words: “warm analog bass loop”."""
    from bridge.commands.library_way import engine_way, library_place
    from bridge.commands.running import run_verb
    from bridge.library.listing import print_rows
    from bridge.library.rows import Row, local_rows
    from bridge.library.sample import Suggestion, Wanted
    from bridge.library_client import LibraryClient
    from bridge.midi.key import parse_key
    from bridge.settings import load_settings

    settings = load_settings({"engine": engine, "device": device, "offline": offline})
    wanted = Wanted(" ".join(text or ()), parse_key(key) if key else None, bpm, kinds=tuple(kind or ()), count=count)

    async def verb() -> tuple[list[Row], int, bool]:
        async with engine_way(settings).connect() as client:
            samples, total_count = await LibraryClient(client).find(wanted)
            is_deaf = bool(text) and not samples and await _lacks_clap(client)
        rows = local_rows((Suggestion(sample, 0.0, ()) for sample in samples), library_place(settings))
        return rows, total_count, is_deaf

    rows, total_count, is_deaf = run_verb(verb())
    if is_json:
        documents = [row.document() for row in rows]
        typer.echo(json.dumps({"samples": documents, "total_count": total_count}))
        return
    print_rows(rows, has_reasons=False)
    typer.echo(f"{len(rows)} of {total_count} samples.", err=True)
    if is_deaf:
        typer.echo(
            "Names and tags were searched. “auxsend models fetch clap” lets sounds be searched as well.", err=True
        )


async def _lacks_clap(client: "EngineClient") -> bool:
    """Returns whether the engine could search by sound if it had the weights."""
    return any(model.name == TEXT_MODEL and not model.is_installed for model in await client.list_models("tagging"))
