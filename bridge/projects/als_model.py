"""What is in a Live set: tempo, tracks, clips of arrangement and session, their files and warp markers.

Live 9 to 12 are read. Where they differ: the track that all others lead to is `MasterTrack` up to Live 11 and
`MainTrack` in Live 12; Live 9 has `ColorIndex` where later ones have `Color`. An arrangement lies in a track's
sequencer, in `Sample` on audio tracks and in `ClipTimeable` on MIDI tracks; a session is a list of slots.

Positions in an arrangement are beats (quarter notes). Positions in a clip are beats too, but seconds of its file where
an audio clip is not warped. What a set does not say is 0, empty or false.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from xml.etree import ElementTree as ET

from bridge.projects.als import Document, read_document
from bridge.projects.als_file_reference import FileReference, file_reference

UNKNOWN_COLOUR = -1
_MAIN_TRACKS = ("MainTrack", "MasterTrack")
_SEQUENCER = "DeviceChain/MainSequencer"
_ARRANGEMENTS = (f"{_SEQUENCER}/Sample", f"{_SEQUENCER}/ClipTimeable")


class TrackKind(StrEnum):
    """What a track holds; the values are Live's own names."""

    AUDIO = "AudioTrack"
    MIDI = "MidiTrack"
    GROUP = "GroupTrack"
    RETURN = "ReturnTrack"


class ClipKind(StrEnum):
    """What a clip holds; the values are Live's own names."""

    AUDIO = "AudioClip"
    MIDI = "MidiClip"


@dataclass(frozen=True)
class WarpMarker:
    """A moment of a file, and the beat of the clip at which it sounds."""

    time_sec: float
    beat: float


@dataclass(frozen=True)
class Loop:
    """What part of its content a clip plays: in beats, or in seconds of the file where it is not warped."""

    start: float
    end: float
    start_relative: float
    """Where playing begins, from `start` on."""
    is_on: bool
    out_marker: float
    hidden_start: float
    """The loop that comes back when looping is switched on."""
    hidden_end: float


@dataclass(frozen=True)
class SampleReference:
    """The file of an audio clip."""

    file: FileReference
    sample_rate_hz: int
    sample_count: int


@dataclass(frozen=True)
class Clip:
    """A clip of the arrangement, or of a slot of the session."""

    kind: ClipKind
    name: str
    colour: int
    """Index into Live's palette."""
    start_beat: float
    """In the arrangement; in the session, within the clip."""
    end_beat: float
    loop: Loop
    is_warped: bool
    is_muted: bool
    warp_markers: tuple[WarpMarker, ...] = ()
    sample: SampleReference | None = None
    """None for MIDI clips."""
    slot: int | None = None
    """Its scene, counted from 0; None in the arrangement."""


@dataclass(frozen=True)
class Track:
    """A track and its clips."""

    kind: TrackKind
    id: int
    name: str
    colour: int
    group_id: int
    """The group track's id; −1 outside of groups."""
    is_muted: bool
    arrangement: tuple[Clip, ...] = ()
    session: tuple[Clip, ...] = ()


@dataclass(frozen=True)
class LiveSet:
    """A set."""

    creator: str
    """The program that saved it, such as "Ableton Live 11.3.13"."""
    minor_version: str
    """Of the format, such as "11.0_11300"."""
    quarter_bpm: float
    """Tempo in quarter notes per minute, where no automation moves it; 0 if the set says none."""
    tracks: tuple[Track, ...]


def read_set(path: Path) -> LiveSet:
    """Returns what is in a set.

    Raises:
        ValueError: the file is no Live set, or damaged.
        OSError: it cannot be read.
    """
    document = read_document(path)
    try:
        return live_set(document)
    except ValueError as error:
        raise ValueError(f"“{path}” is a damaged Live set: {error}.") from error


def live_set(document: Document) -> LiveSet:
    """Returns what is in a document.

    Raises:
        ValueError: a number in it is none.
    """
    root = document.root
    tempos = (root.find(f"LiveSet/{main}/DeviceChain/Mixer/Tempo/Manual") for main in _MAIN_TRACKS)
    tempo = next((element for element in tempos if element is not None), None)
    return LiveSet(
        creator=root.get("Creator", ""),
        minor_version=root.get("MinorVersion", ""),
        quarter_bpm=0.0 if tempo is None else float(tempo.get("Value", "0")),
        tracks=tuple(_track(element) for element in root.iterfind("LiveSet/Tracks/*") if element.tag in set(TrackKind)),
    )


def _track(element: ET.Element) -> Track:
    return Track(
        kind=TrackKind(element.tag),
        id=int(element.get("Id", "-1")),
        name=_text(element, "Name/EffectiveName") or _text(element, "Name/UserName"),
        colour=_colour(element),
        group_id=int(_number(element, "TrackGroupId", -1)),
        is_muted=not _flag(element, "DeviceChain/Mixer/Speaker/Manual", is_true=True),
        arrangement=tuple(
            _clip(clip, None)
            for place in _ARRANGEMENTS
            for clip in element.iterfind(f"{place}/ArrangerAutomation/Events/*")
            if clip.tag in set(ClipKind)
        ),
        session=tuple(_session(element)),
    )


def _session(track: ET.Element) -> Iterator[Clip]:
    for number, slot in enumerate(track.iterfind(f"{_SEQUENCER}/ClipSlotList/ClipSlot")):
        for clip in slot.iterfind("ClipSlot/Value/*"):
            if clip.tag in set(ClipKind):
                yield _clip(clip, number)


def _clip(element: ET.Element, slot: int | None) -> Clip:
    return Clip(
        kind=ClipKind(element.tag),
        name=_text(element, "Name"),
        colour=_colour(element),
        start_beat=_number(element, "CurrentStart"),
        end_beat=_number(element, "CurrentEnd"),
        loop=_loop(element),
        is_warped=_flag(element, "IsWarped"),
        is_muted=_flag(element, "Disabled"),
        warp_markers=tuple(
            WarpMarker(float(marker.get("SecTime", "0")), float(marker.get("BeatTime", "0")))
            for marker in element.iterfind("WarpMarkers/WarpMarker")
        ),
        sample=_sample(element),
        slot=slot,
    )


def _loop(clip: ET.Element) -> Loop:
    return Loop(
        start=_number(clip, "Loop/LoopStart"),
        end=_number(clip, "Loop/LoopEnd"),
        start_relative=_number(clip, "Loop/StartRelative"),
        is_on=_flag(clip, "Loop/LoopOn"),
        out_marker=_number(clip, "Loop/OutMarker"),
        hidden_start=_number(clip, "Loop/HiddenLoopStart"),
        hidden_end=_number(clip, "Loop/HiddenLoopEnd"),
    )


def _sample(clip: ET.Element) -> SampleReference | None:
    reference = clip.find("SampleRef/FileRef")
    if reference is None:
        return None
    return SampleReference(
        file_reference(reference),
        sample_rate_hz=round(_number(clip, "SampleRef/DefaultSampleRate")),
        sample_count=round(_number(clip, "SampleRef/DefaultDuration")),
    )


def _colour(element: ET.Element) -> int:
    return int(_number(element, "Color", _number(element, "ColorIndex", UNKNOWN_COLOUR)))


def _text(element: ET.Element, path: str) -> str:
    found = element.find(path)
    return "" if found is None else found.get("Value", "")


def _number(element: ET.Element, path: str, default: float = 0.0) -> float:
    return float(_text(element, path) or default)


def _flag(element: ET.Element, path: str, *, is_true: bool = False) -> bool:
    return (_text(element, path) or str(is_true)).lower() == "true"
