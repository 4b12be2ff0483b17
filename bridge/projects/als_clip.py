"""An audio clip of the arrangement as Live 11.3 writes it: at a file's own speed, so that stems lie exactly together.

Not warped, positions in the file are seconds; the clip's place in the arrangement stays beats, of the set's tempo.
"""

from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from bridge.projects.als_members import follow_action, grid, leaf, members, node

_RELATIVE_TO_SET = 1
_SHORTEST_BEATS = 1 / 32
"""Distance of the two markers with which Live marks the speed of a file whose beats nobody has looked for."""
_SOUND = """WarpMode=4 GranularityTones=30 GranularityTexture=65 FluctuationTexture=25 TransientResolution=6
    TransientLoopMode=2 TransientEnvelope=100 ComplexProFormants=100 ComplexProEnvelope=128 Sync=true HiQ=true
    Fade=true"""
_FADES = """FadeInLength=0 FadeOutLength=0 ClipFadesAreInitialized=true CrossfadeInState=0 FadeInCurveSkew=0
    FadeInCurveSlope=0 FadeOutCurveSkew=0 FadeOutCurveSlope=0 IsDefaultFadeIn=true IsDefaultFadeOut=true"""


@dataclass(frozen=True)
class PlacedFile:
    """A file, and what part of it a clip plays."""

    name: str
    path: Path
    """Absolute."""
    relative_path: str
    """From the set's folder; empty where none leads there."""
    size_bytes: int
    modified_time: int
    """Seconds since 1970."""
    sample_rate_hz: int
    sample_count: int
    """Of the whole file."""
    start_sec: float
    length_sec: float


def audio_clip(file: PlacedFile, colour: int, quarter_bpm: float) -> ET.Element:
    """Returns a clip at the arrangement's beginning."""
    first, last = leaf("LoopStart", file.start_sec), file.start_sec + file.length_sec
    return node(
        "AudioClip",
        members("LomId=0 LomIdView=0 CurrentStart=0"),
        leaf("CurrentEnd", file.length_sec * quarter_bpm / 60),
        node(
            "Loop", first, leaf("LoopEnd", last), members("StartRelative=0 LoopOn=false"), leaf("OutMarker", last),
            leaf("HiddenLoopStart", file.start_sec), leaf("HiddenLoopEnd", last),
        ),
        leaf("Name", file.name), members("Annotation="), leaf("Color", colour),
        members("LaunchMode=0 LaunchQuantisation=0"),
        _four_four(),
        node("Envelopes", node("Envelopes")),
        node("ScrollerTimePreserver", leaf("LeftTime", file.start_sec), leaf("RightTime", last)),
        node("TimeSelection", members("AnchorTime=0 OtherTime=0")),
        members("Legato=false Ram=false"),
        node("GrooveSettings", members("GrooveId=-1")),
        members("Disabled=false VelocityAmount=0"),
        follow_action(),
        grid(),
        members("FreezeStart=0 FreezeEnd=0 IsWarped=false TakeId=1"),
        _sample(file),
        node("Onsets", members("UserOnsets HasUserOnsets=false")),
        members(_SOUND),
        node("Fades", members(_FADES)),
        members("PitchCoarse=0 PitchFine=0 SampleVolume=1"),
        node("WarpMarkers", _marker(0, 0, quarter_bpm), _marker(1, _SHORTEST_BEATS, quarter_bpm)),
        members("SavedWarpMarkersForStretched MarkersGenerated=false IsSongTempoMaster=false"),
        Id=0, Time=0,
    )  # fmt: skip


def _four_four() -> ET.Element:
    signature = node("RemoteableTimeSignature", members("Numerator=4 Denominator=4 Time=0"), Id=0)
    return node("TimeSignature", node("TimeSignatures", signature))


def _sample(file: PlacedFile) -> ET.Element:
    reference = node(
        "FileRef",
        leaf("RelativePathType", _RELATIVE_TO_SET if file.relative_path else 0),
        leaf("RelativePath", file.relative_path),
        leaf("Path", file.path.as_posix()),
        members("Type=1 LivePackName= LivePackId="),
        leaf("OriginalFileSize", file.size_bytes),
        members("OriginalCrc=0"),  # Live's own sum of the file; 0 where it has not made one
    )
    return node(
        "SampleRef",
        reference,
        leaf("LastModDate", file.modified_time),
        members("SourceContext SampleUsageHint=0"),
        leaf("DefaultDuration", file.sample_count),
        leaf("DefaultSampleRate", file.sample_rate_hz),
    )


def _marker(number: int, beat: float, quarter_bpm: float) -> ET.Element:
    marker = node("WarpMarker", Id=number)
    marker.attrib |= {"SecTime": f"{beat * 60 / quarter_bpm:.15g}", "BeatTime": f"{beat:.15g}"}
    return marker
