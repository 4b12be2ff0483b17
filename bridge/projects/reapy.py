"""Puts a finished split into the project that is open in REAPER, through python-reapy, for those who drive REAPER so.

    reaper = open_reaper()
    insert_split(reaper, split)

python-reapy (the extra `auxsend[reapy]`) calls functions inside a running REAPER, after its *distant API* was switched
on there once. Every call alone costs a turn of REAPER's loop, thirty to the second; between HOLD and RELEASE
(`reapy.inside_reaper()`) REAPER answers all of them in one turn, so everything is put in there, inside one undo block.

If the first selected item plays the song, each stem lies where it lies and as it is set, and the item is muted if the
user's setting for REAPER says so. Otherwise the stems lie at the edit cursor.
"""

import importlib
import warnings
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bridge.errors import ReaperUnreachable
from bridge.projects.rpp import stem_colour

ITEM_VALUES = (
    "B_LOOPSRC",
    "D_VOL",
    "C_BEATATTACHMODE",
    "D_FADEINLEN",
    "D_FADEOUTLEN",
    "C_FADEINSHAPE",
    "C_FADEOUTSHAPE",
)
TAKE_VALUES = ("D_STARTOFFS", "D_PLAYRATE", "D_PITCH", "B_PPITCH", "I_CHANMODE", "D_VOL", "D_PAN")
UNDO_ALL = -1
UNDO_NAME = "AuxSend: split to stems"
SETTINGS_SECTION = "AuxSend"  # as daw_scripts/reaper/settings.lua has it

Reaper = Any
"""The module `reapy`, which ships no types."""


@dataclass(frozen=True)
class FinishedSplit:
    """What is put in."""

    song: Path
    stems: Mapping[str, Path]
    length_sec: float
    is_whole: bool
    """Whether the stems are of the whole song and not of a part of it."""


@dataclass(frozen=True)
class _Spot:
    """Where stems go, and as what."""

    position_sec: float
    length_sec: float
    item_values: Mapping[str, float]
    take_values: Mapping[str, float]
    item: Any = None
    """The item that plays the song, if one is selected."""


def open_reaper() -> Reaper:
    """Returns python-reapy, connected to the REAPER that runs.

    Raises:
        ReaperUnreachable: it is not installed, REAPER does not run, or its distant API is off.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of what is said below
            reaper = importlib.import_module("reapy")
    except ImportError:
        raise ReaperUnreachable("python-reapy is not installed; run pip install 'auxsend[reapy]'.") from None
    if not reaper.dist_api_is_enabled():
        raise ReaperUnreachable(
            "REAPER cannot be reached; start it, and if it runs, run reapy.configure_reaper() in Python once and "
            "start it anew."
        )
    return reaper


def insert_split(reaper: Reaper, split: FinishedSplit) -> str:
    """Puts the stems into REAPER's current project, as one undo step, and returns in a sentence where they are.

    Raises:
        ReaperUnreachable: REAPER refused, or went away; what had been put in was taken back, and the files stay.
    """
    try:
        with reaper.inside_reaper():
            return _insert(reaper, split)
    except Exception as error:  # reapy sends whatever went wrong inside REAPER as an error of its own
        reason = str(error).strip().rpartition("\n")[2]
        raise ReaperUnreachable(f"The stems could not be put into REAPER ({reason}); their files are there.") from error


def _insert(reaper: Reaper, split: FinishedSplit) -> str:
    project = reaper.Project()
    spot = _spot(reaper, project, split)
    is_muted = spot.item is not None and reaper.get_ext_state(SETTINGS_SECTION, "mute_source") != "0"
    api = reaper.reascript_api
    project.begin_undo_block()
    try:
        _add_tracks(api, project, split, spot)
        if is_muted:
            spot.item.set_info_value("B_MUTE", 1)
    except Exception:
        api.Undo_EndBlock2(project.id, UNDO_NAME, UNDO_ALL)
        with suppress(Exception):  # the first error is the one to tell
            project.undo()
        raise
    api.Undo_EndBlock2(project.id, UNDO_NAME, UNDO_ALL)
    api.TrackList_AdjustWindows(False)
    reaper.update_arrange()
    where = "at the edit cursor" if spot.item is None else "at the selected item, which is muted now"
    if spot.item is not None and not is_muted:
        where = "at the selected item"
    return f"The stems are in REAPER, {where}, at {spot.position_sec:.3f} s."


def _spot(reaper: Reaper, project: Any, split: FinishedSplit) -> _Spot:  # noqa: ANN401 - reapy ships no types
    selected = project.selected_items
    if not (selected and split.is_whole and _plays(reaper, selected[0].active_take, split.song)):
        return _Spot(project.cursor_position, split.length_sec, {"B_LOOPSRC": 0}, {})
    item, take = selected[0], selected[0].active_take
    return _Spot(
        item.position,
        item.length,
        {key: item.get_info_value(key) for key in ITEM_VALUES},
        {key: take.get_info_value(key) for key in TAKE_VALUES},
        item,
    )


def _plays(reaper: Reaper, take: Any, song: Path) -> bool:  # noqa: ANN401
    """Returns whether a take plays the song and nothing that its values do not tell. A section has no file name."""
    if take.is_midi or reaper.reascript_api.GetTakeNumStretchMarkers(take.id):
        return False
    name = take.source.filename
    return bool(name) and Path(name).resolve() == song.resolve()


def _add_tracks(api: Any, project: Any, split: FinishedSplit, spot: _Spot) -> None:  # noqa: ANN401
    """Adds a folder track with one track for each stem, below the item's track or below all."""
    index, closing_depth = project.n_tracks, 0
    if spot.item is not None:
        below = spot.item.track
        index = below.index + 1
        # The last track of a folder closes it: if that is the item's, the last stem's does it in its place.
        closing_depth = min(0, round(below.get_info_value("I_FOLDERDEPTH")))
        if closing_depth:
            below.set_info_value("I_FOLDERDEPTH", 0)
    project.add_track(index, f"{split.song.stem} stems").set_info_value("I_FOLDERDEPTH", 1)
    for place, (name, file) in enumerate(split.stems.items(), 1):
        track = project.add_track(index + place, name)
        is_last = place == len(split.stems)
        track.set_info_value("I_FOLDERDEPTH", closing_depth - 1 if is_last else 0)
        track.color = stem_colour(name)
        _add_item(api, track, f"{split.song.stem} - {name}", file, spot)


def _add_item(api: Any, track: Any, name: str, file: Path, spot: _Spot) -> None:  # noqa: ANN401
    source = api.PCM_Source_CreateFromFile(str(file.absolute()))
    item = track.add_item(start=spot.position_sec, length=spot.length_sec)
    take = item.add_take()
    api.SetMediaItemTake_Source(take.id, source)
    api.GetSetMediaItemTakeInfo_String(take.id, "P_NAME", name, True)
    for key, value in spot.item_values.items():
        item.set_info_value(key, value)
    for key, value in spot.take_values.items():
        take.set_info_value(key, value)
    api.PCM_Source_BuildPeaks(source, 0)
