"""`auxsend library map`: the library as a plane, in clusters that have names."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.commands.options import DeviceOption, EngineOption, JsonOption, OfflineOption

if TYPE_CHECKING:
    from bridge.library.place import LibraryPlace
    from bridge.library.sample import LibraryMap


def draw_map(
    has_plot: Annotated[bool, typer.Option("--plot", help="Draw it (PNG).")] = False,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE.png", help="Where to draw it.")] = Path(
        "library map.png"
    ),
    is_json: JsonOption = False,
    is_forced: Annotated[bool, typer.Option("--force", help="Replace an existing picture.")] = False,
    engine: EngineOption = None,
    device: DeviceOption = None,
    offline: OfflineOption = None,
) -> None:
    """Show which samples belong together, as a list, as data or as a picture."""
    from bridge.commands.library_way import engine_way, library_place
    from bridge.commands.running import Display, run_verb
    from bridge.library.sample import LibraryMap
    from bridge.library_client import LibraryClient
    from bridge.outputs import staged
    from bridge.settings import load_settings, user_folders

    settings = load_settings({"engine": engine, "device": device, "offline": offline})

    async def verb() -> LibraryMap:
        async with engine_way(settings).connect() as client:
            return await LibraryClient(client).map()

    with Display(user_folders()):
        found = run_verb(verb())
    if has_plot:
        from bridge.library.map_picture import draw_library  # matplotlib is loaded only when a picture is wanted

        with staged(output.parent) as stage:
            draw_library(found, stage.staging / output.name)
            stage.publish([output.name], is_forced=is_forced)
    if is_json:
        picture = {"picture": str(output)} if has_plot else {}
        typer.echo(json.dumps(as_json(found, library_place(settings)) | picture))
        return
    for cluster in sorted(found.clusters, key=lambda cluster: -cluster.sample_count):
        typer.echo(f"{cluster.sample_count:6}  {cluster.name}", err=has_plot)
    if has_plot:
        typer.echo(output)


def as_json(found: "LibraryMap", place: "LibraryPlace") -> dict[str, Any]:
    """Returns the map as `--json` prints it; a sample that is not on this machine has no path."""
    from bridge.library.store import LibraryStore

    with LibraryStore(place.database) as store:
        paths = store.paths(point.sample_id for point in found.points)
    return {
        "clusters": [asdict(cluster) for cluster in found.clusters],
        "points": [
            asdict(point) | {"path": str(paths[point.sample_id]) if point.sample_id in paths else None}
            for point in found.points
        ],
    }
