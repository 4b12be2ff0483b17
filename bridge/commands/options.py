"""Options and values that several commands share."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bridge.errors import RequestRefused

EngineOption = Annotated[
    str | None, typer.Option("--engine", metavar="HOST:PORT", help="Use this engine instead of one on this machine.")
]
DeviceOption = Annotated[
    str | None, typer.Option(metavar="auto|cpu|cuda:N|mps", help="Where an engine that is started here runs models.")
]
OfflineOption = Annotated[
    bool | None,
    typer.Option("--offline", help="An engine that is started here fetches no weights.", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")]
SongArgument = Annotated[
    Path, typer.Argument(metavar="SONG", help="WAV, FLAC, AIFF, OGG, MP3 or M4A.", show_default=False)
]


class Quality(StrEnum):
    """How much time to spend."""

    FAST = "fast"
    BALANCED = "balanced"
    BEST = "best"


class FileFormat(StrEnum):
    """What kind of files to write."""

    WAV = "wav"
    FLAC = "flac"


class ProjectFormat(StrEnum):
    """Which DAW's project to write: REAPER's or Live's."""

    REAPER = "rpp"
    LIVE = "als"


class Residual(StrEnum):
    """Where what no stem holds goes."""

    NONE = "none"
    OTHER = "other"


def parse_range(text: str) -> tuple[float, float | None]:
    """Returns beginning and end of a range in seconds; no end means the end of the song.

    >>> parse_range("12.5-24")
    (12.5, 24.0)
    >>> parse_range("1:05-")
    (65.0, None)

    Raises:
        RequestRefused: the text is no range.
    """
    moment = r"(?:(\d+):)?(\d+(?:\.\d*)?|\.\d+)"
    match = re.fullmatch(rf"{moment}\s*-\s*(?:{moment})?", text.strip())
    if match is None:
        raise RequestRefused(f"“{text}” is no range; write seconds like 12.5-24, or minutes like 1:05-1:30.")
    start_min, start_sec, end_min, end_sec = match.groups()
    end = None if end_sec is None else 60 * int(end_min or 0) + float(end_sec)
    return 60 * int(start_min or 0) + float(start_sec), end


def choose_stems(stems: str | None, two_stems: str | None, without: str | None) -> tuple[str, ...]:
    """Returns the names of the stems that the options ask for; none of them means all stems of the model.

    Raises:
        RequestRefused: more than one option is given, or a name twice.
    """
    if sum(option is not None for option in (stems, two_stems, without)) > 1:
        raise RequestRefused("Choose one of --stems, --two-stems and --without.")
    if two_stems is not None:
        return (two_stems, f"no_{two_stems}")
    if without is not None:
        return (f"no_{without}",)
    if stems is None:
        return ()
    names = tuple(name.strip() for name in stems.split(","))
    if not all(names) or len(set(names)) < len(names):
        raise RequestRefused(f"“{stems}” is no list of stems; write each name once, like vocals,drums.")
    return names
