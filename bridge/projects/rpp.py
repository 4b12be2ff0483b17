"""REAPER projects: a song and its stems on named, coloured tracks.

The song lies on its own muted track, the stems on tracks inside a folder, all at position 0, so that opening the
project and pressing play lets one hear the stems. File paths are relative to the project wherever that is possible, so
the folder can be moved.

A `.RPP` is a tree of text: `<TRACK`, in it `<ITEM`, in it `<SOURCE`. Facts used here: `ISBUS 1 1` opens a folder and
`ISBUS 2 -1` on a track closes it; `PEAKCOL` is 0x1000000 + blue, green, red (REAPER's "native" order on Linux and
Windows), and REAPER quotes a string by whichever of " ' ` it does not contain.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import rpp

# One colour per stem, as (red, green, blue); the pictures use the same.
STEM_COLOURS = {
    "vocals": (226, 88, 108),
    "drums": (240, 150, 56),
    "bass": (98, 98, 204),
    "other": (64, 160, 120),
    "guitar": (190, 130, 60),
    "piano": (70, 150, 200),
    "accompaniment": (64, 160, 120),
}
SONG_COLOUR = (130, 136, 146)
_COLOUR_IS_SET = 0x1000000
_SOURCE_KINDS = {".wav": "WAVE", ".aif": "WAVE", ".aiff": "WAVE", ".flac": "FLAC", ".mp3": "MP3", ".ogg": "VORBIS"}


@dataclass(frozen=True)
class Clip:
    """A file on a track."""

    name: str
    file: str
    """Path, relative to the project or absolute."""
    length_sec: float
    start_sec: float
    """Where in the file the clip begins."""


def stem_colour(name: str) -> tuple[int, int, int]:
    """Returns the colour of a stem as (red, green, blue); what a stem leaves out has the song's colour."""
    return STEM_COLOURS.get(name, SONG_COLOUR)


def write_project(path: Path, song: Clip, stems: Sequence[Clip], sample_rate_hz: int) -> None:
    """Writes a project with the song, muted, and its stems in a folder track below it."""
    tracks = [_track(song.name, SONG_COLOUR, song, is_muted=True)]
    tracks.append(_track(f"{song.name} stems", SONG_COLOUR, bus=("1", "1")))
    for clip in stems:
        bus = ("2", "-1") if clip is stems[-1] else ("0", "0")
        tracks.append(_track(clip.name, stem_colour(clip.name), clip, bus=bus))
    root = rpp.Element(
        "REAPER_PROJECT",
        ("0.1", "6.0", "0"),
        [["SAMPLERATE", str(sample_rate_hz), "1", "0"], ["TEMPO", "120", "4", "4"], *tracks],
    )
    path.write_text(rpp.dumps(root), encoding="utf-8", newline="\n")


def _track(
    name: str,
    colour: tuple[int, int, int],
    clip: Clip | None = None,
    *,
    bus: tuple[str, str] = ("0", "0"),
    is_muted: bool = False,
) -> rpp.Element:
    """Returns a track, with the clip on it if there is one."""
    red, green, blue = colour
    track = rpp.Element(
        "TRACK",
        (),
        [
            ["NAME", _quotable(name)],
            ["PEAKCOL", str(_COLOUR_IS_SET | blue << 16 | green << 8 | red)],
            ["MUTESOLO", "1" if is_muted else "0", "0", "0"],
            ["ISBUS", *bus],
        ],
    )
    if clip is not None:
        track.append(_item(clip))
    return track


def _item(clip: Clip) -> rpp.Element:
    """Returns an item at position 0 that plays the clip, without loops and fades."""
    kind = _SOURCE_KINDS.get(Path(clip.file).suffix.lower(), "VIDEO")  # REAPER's name for what FFmpeg decodes
    return rpp.Element(
        "ITEM",
        (),
        [
            ["POSITION", "0"],
            ["LENGTH", f"{clip.length_sec:.12f}"],
            ["LOOP", "0"],
            ["FADEIN", "0", "0", "0"],
            ["FADEOUT", "0", "0", "0"],
            ["NAME", _quotable(clip.name)],
            ["SOFFS", f"{clip.start_sec:.12f}"],
            ["PLAYRATE", "1", "1", "0"],
            rpp.Element("SOURCE", (kind,), [["FILE", _quotable(clip.file)]]),
        ],
    )


def _quotable(text: str) -> str:
    """Returns `text` in a form that can be written on one line."""
    return text.replace("\r", " ").replace("\n", " ")
