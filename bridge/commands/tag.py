"""`auxsend tag`: what recordings are, in words and numbers."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bridge.commands.options import DeviceOption, EngineOption, OfflineOption
from bridge.errors import AudioRefused

if TYPE_CHECKING:
    from rich.table import Table

    from bridge.tag import Outcome, RefusedFile, TaggedFile
    from bridge.tagging import AudioTags

TAGS_OF_ONE, TAGS_OF_MANY = 10, 3


def tag(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="WAV, FLAC, AIFF, OGG, MP3 or M4A; any number.", show_default=False),
    ],
    models: Annotated[
        list[str] | None,
        typer.Option(
            "--model", metavar="NAME", help="Only this model; may be given more than once.", show_default="all"
        ),
    ] = None,
    taggram: Annotated[
        Path | None,
        typer.Option(metavar="FILE.npz", help="Write the scores over time, one array per model (one FILE only)."),
    ] = None,
    has_plot: Annotated[bool, typer.Option("--plot", help="Draw the tags over time, as “FILE.tags.png” here.")] = False,
    is_json: Annotated[bool, typer.Option("--json", help="Print one JSON array with an object per file.")] = False,
    is_forced: Annotated[bool, typer.Option("--force", help="Replace existing files.")] = False,
    engine: EngineOption = None,
    device: DeviceOption = None,
    offline: OfflineOption = None,
) -> None:
    """Tell genre, mood, instruments, tempo, key, loudness and kind of recordings, one or thousands."""
    from bridge.commands.running import Display, run_verb
    from bridge.connection import connect
    from bridge.settings import load_settings, user_folders
    from bridge.tag import RefusedFile, TaggedFile
    from bridge.tag import tag as find_out
    from bridge.tag_outputs import TagOutputs
    from bridge.tagging import TagWish

    settings = load_settings({"engine": engine, "device": device, "offline": offline})
    folders = user_folders()
    outputs = TagOutputs(tuple(files), taggram.absolute() if taggram else None, has_plot, is_forced)
    outputs.check()
    wish = TagWish(tuple(models or ()), has_taggram=taggram is not None or has_plot)
    with Display(folders) as display:
        outcomes = run_verb(find_out(files, wish, lambda: connect(settings, folders.state), display))
        tagged = [outcome for outcome in outcomes if isinstance(outcome, TaggedFile)]
        refused = [outcome for outcome in outcomes if isinstance(outcome, RefusedFile)]
        written = outputs.write(tagged)
    if is_json:
        typer.echo(json.dumps([as_json(outcome) for outcome in outcomes], ensure_ascii=False))
    elif tagged:
        show(tagged)
    for path in written:
        typer.echo(f"Wrote {path}", err=True)
    if refused:
        raise AudioRefused(_refusal(refused))


def as_json(outcome: "Outcome") -> dict[str, Any]:
    """Returns what is known of a file as `--json` prints it; of one that cannot be used, why."""
    from bridge.tag import RefusedFile

    if isinstance(outcome, RefusedFile):
        return {"file": str(outcome.path), "error": outcome.reason}
    return {"file": str(outcome.path), **outcome.tags.document()}


def show(tagged: "Sequence[TaggedFile]") -> None:
    """Prints what is known for a person: all about one file, or a line for each of several."""
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    if len(tagged) > 1:
        console.print(_lines(tagged))
        return
    (file,) = tagged
    console.print(f"{file.path.name}: {', '.join(_facts(file.tags).values())}")
    console.print(_bars(file.tags))


def _facts(tags: "AudioTags") -> dict[str, str]:
    """Returns the measurements in words, by what they are; empty where there is none."""
    facts = {
        "kind": tags.kind,
        "length": f"{tags.duration_sec:.2f} s",
        "tempo": f"{tags.quarter_bpm:.1f} bpm" if tags.quarter_bpm else "",
        "key": f"{tags.key.name} ({tags.key_confidence:.0%})" if tags.key else "",
        "loudness": f"{tags.loudness_lufs:.1f} LUFS" if math.isfinite(tags.loudness_lufs) else "silent",
        "brightness": f"brightness {tags.brightness:.2f}",
    }
    return {name: fact for name, fact in facts.items() if fact}


def _bars(tags: "AudioTags") -> "Table":
    """Returns the strongest tags of each model beside each other, with bars as long as their scores."""
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0))
    for model in tags.tag_sets:
        table.add_column(model)
    columns = [tag_set.strongest(TAGS_OF_ONE) for tag_set in tags.tag_sets.values()]
    for row in zip(*columns, strict=False):
        table.add_row(*(f"{tag:<20} {score:4.2f} {'█' * round(20 * score)}" for tag, score in row))
    return table


def _lines(tagged: "Sequence[TaggedFile]") -> "Table":
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("file", "kind", "length", "tempo", "key", "loudness", "tags"):
        table.add_column(name, overflow="fold")
    for file in tagged:
        facts = _facts(file.tags)
        best = [tag for tag_set in file.tags.tag_sets.values() for tag, _ in tag_set.strongest(TAGS_OF_MANY)]
        cells = [facts.get(name, "") for name in ("kind", "length", "tempo", "key", "loudness")]
        table.add_row(file.path.name, *cells, ", ".join(dict.fromkeys(best)))
    return table


def _refusal(refused: "Sequence[RefusedFile]") -> str:
    """Returns a sentence for each file that could not be used."""
    sentences = [f"{file.path}: {file.reason}" for file in refused]
    heading = [f"{len(refused)} of the files could not be tagged."] if len(refused) > 1 else []
    return "\n".join([*heading, *sentences])
