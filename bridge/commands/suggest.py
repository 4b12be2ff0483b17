"""`auxsend suggest`: samples of the library that go with a clip."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bridge.commands.options import DeviceOption, EngineOption, JsonOption, OfflineOption
from bridge.library.modes import Mode

if TYPE_CHECKING:
    from bridge.events import Report
    from bridge.library.place import LibraryPlace
    from bridge.library.rows import Row
    from bridge.library.sample import Query
    from bridge.library.upkeep import EngineWay

NamesOption = list[str] | None


def suggest(
    clip: Annotated[
        str, typer.Argument(metavar="CLIP", help="Audio file, or a sample's name in the library.", show_default=False)
    ],
    count: Annotated[int, typer.Option("-k", "--count", min=1, max=200, help="At most so many.")] = 20,
    mode: Annotated[
        Mode, typer.Option(help="By sound, by what the clip lacks, by what was used with it, or all of that.")
    ] = Mode.MIX,
    key: Annotated[str, typer.Option(metavar="KEY", help="Only what fits this key: Am.")] = "",
    bpm: Annotated[float, typer.Option(min=0, help="Only what fits this tempo.", show_default=False)] = 0.0,
    kind: Annotated[NamesOption, typer.Option(metavar="KIND", help="loop, track, one-shot, one-shot/kick.")] = None,
    tag: Annotated[NamesOption, typer.Option(metavar="TAG", help="Only what this tag fits: guitar, ambient.")] = None,
    like: Annotated[NamesOption, typer.Option(metavar="NAME", help="Lean towards this sample of the library.")] = None,
    unlike: Annotated[NamesOption, typer.Option("--not", metavar="NAME", help="Lean away from this sample.")] = None,
    variety: Annotated[float, typer.Option(min=0, max=1, help="How unlike each other; 0 is best first.")] = 0.0,
    project: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The project at hand, whose samples are not suggested again.")
    ] = None,
    has_fetch: Annotated[bool, typer.Option("--fetch", help="Fetch samples that this machine has not got.")] = False,
    is_json: JsonOption = False,
    engine: EngineOption = None,
    device: DeviceOption = None,
    offline: OfflineOption = None,
) -> None:
    """Suggest samples of the library that go with a clip, and say why."""
    from bridge.commands.library_way import engine_way, library_place
    from bridge.commands.running import Display, run_verb
    from bridge.library.listing import print_rows
    from bridge.library.names import find_ids, find_seed
    from bridge.library.rows import project_id
    from bridge.library.sample import Query
    from bridge.library.store import LibraryStore
    from bridge.midi.key import parse_key
    from bridge.settings import load_settings, user_folders

    settings = load_settings({"engine": engine, "device": device, "offline": offline})
    place = library_place(settings)
    with LibraryStore(place.database) as store:
        seed = find_seed(clip, store)
        liked_ids, disliked_ids = find_ids(like or (), store), find_ids(unlike or (), store)
    query = Query(
        mode=mode, count=count, key=parse_key(key) if key else None, quarter_bpm=bpm, kinds=tuple(kind or ()),
        tags=tuple(tag or ()), liked_ids=liked_ids, disliked_ids=disliked_ids, variety=variety,
        project_id=project_id(str(project.absolute())) if project else "", user=settings.user,
    )  # fmt: skip
    with Display(user_folders()) as display:
        rows = run_verb(_pick(seed, query, has_fetch, place, engine_way(settings), display))
    if is_json:
        typer.echo(json.dumps({"clip": str(seed), "suggestions": [row.document(bpm) for row in rows]}))
        return
    if not rows:
        typer.echo("Nothing in the library fits; “auxsend library status” says what it holds.", err=True)
        return
    print_rows(rows, has_reasons=True)


async def _pick(
    seed: Path, query: "Query", has_fetch: bool, place: "LibraryPlace", way: "EngineWay", report: "Report"
) -> "list[Row]":
    from bridge.library.rows import fetched_rows, local_rows
    from bridge.library.suggest import song_parcel, suggest_for
    from bridge.library_client import LibraryClient

    async with song_parcel(seed) as file, way.connect() as engine:
        client = LibraryClient(engine)
        rows = local_rows(await suggest_for(query, file, client, report), place)
        return await fetched_rows(rows, client, place, report) if has_fetch else rows
