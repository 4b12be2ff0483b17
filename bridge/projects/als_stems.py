"""A Live set of a song and its stems: a track each, all at the beginning, in time with each other at any tempo.

The song's track is muted; the stems have one colour, in place of a group. Clips are not warped, so that Live changes no
sample of them: the set's tempo moves its grid, and nothing that sounds. The set is in the format of Live 11.3, which
Live 12 reads too. It was made after what is known of that format, and never opened in Live by us.
"""

import itertools
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from bridge.projects.als import Document, write_document
from bridge.projects.als_clip import PlacedFile, audio_clip
from bridge.projects.als_members import (
    FOUR_FOUR,
    Ids,
    chain_head,
    choice,
    dial,
    follow_action,
    grid,
    leaf,
    members,
    mixer,
    no_devices,
    node,
    sequencer,
    track_head,
)

QUARTER_BPM = 120.0
SONG_COLOUR, STEMS_COLOUR, MASTER_COLOUR = 55, 20, 5
"""Of Live's 70: a grey, a turquoise, and what Live's own master track has."""
SCENE_COUNT = 8  # as in an empty set of Live's
_VERSION = {"MajorVersion": "5", "MinorVersion": "11.0_11300", "SchemaChangeCount": "3", "Creator": "AuxSend"}
_ARRANGEMENT_IS_SHOWN = "ChooserBar=0"


def write_stems(path: Path, song: PlacedFile, stems: Sequence[PlacedFile], quarter_bpm: float = QUARTER_BPM) -> None:
    """Writes a set with the song, muted, and its stems below it."""
    ids = itertools.count(1)
    tracks = [_audio_track(ids, song, SONG_COLOUR, quarter_bpm, is_muted=True)]
    tracks += [_audio_track(ids, stem, STEMS_COLOUR, quarter_bpm) for stem in stems]
    body = [
        node("Tracks", tracks),
        _master_track(ids, quarter_bpm),
        _pre_hear_track(ids),
        node("SendsPre"),
        node("Scenes", (_scene(number, quarter_bpm) for number in range(SCENE_COUNT))),
        *_settings(song.length_sec * quarter_bpm / 60),
    ]
    head = [leaf("NextPointeeId", next(ids)), *members("OverwriteProtectionNumber=2819 LomId=0 LomIdView=0")]
    root = node("Ableton", node("LiveSet", head, body), **_VERSION, Revision="")
    ET.indent(root, "\t")
    write_document(path, Document(root))


def _audio_track(ids: Ids, file: PlacedFile, colour: int, quarter_bpm: float, *, is_muted: bool = False) -> ET.Element:
    clip = audio_clip(file, colour, quarter_bpm)
    chain = node(
        "DeviceChain",
        chain_head("Master"),
        mixer(ids, is_muted=is_muted),
        node("MainSequencer", sequencer(ids, [clip], SCENE_COUNT)),
        node("FreezeSequencer", sequencer(ids, [], SCENE_COUNT)),
        no_devices(),
    )
    return node(
        "AudioTrack",
        track_head(file.name, colour, is_unfolded=True),
        members("SavedPlayingSlot=-1 SavedPlayingOffset=0 Freeze=false VelocityDetail=0"),
        members("NeedArrangerRefreeze=true PostProcessFreezeClips=0"),
        chain,
        Id=next(ids),
    )


def _master_track(ids: Ids, quarter_bpm: float) -> ET.Element:
    own = [
        dial(ids, "Tempo", quarter_bpm, 60, 200),
        choice(ids, "TimeSignature", FOUR_FOUR),
        dial(ids, "GlobalGrooveAmount", 100, 0, 131.25),
        dial(ids, "CrossFade", 0, -1, 1),
        *members("TempoAutomationViewBottom=60 TempoAutomationViewTop=200"),
    ]
    freezing = node("AudioSequencer", sequencer(ids, [], 0), Id=0)
    chain = node(
        "DeviceChain", chain_head("External"), mixer(ids, *own), node("FreezeSequencer", freezing), no_devices()
    )
    return node("MasterTrack", track_head("Master", MASTER_COLOUR), chain)


def _pre_hear_track(ids: Ids) -> ET.Element:
    chain = node("DeviceChain", chain_head("External"), mixer(ids), no_devices())
    return node("PreHearTrack", track_head("Master", -1), chain)


def _scene(number: int, quarter_bpm: float) -> ET.Element:
    return node(
        "Scene",
        follow_action(),
        members("Name= Annotation= Color=-1"),
        leaf("Tempo", quarter_bpm),
        members("IsTempoEnabled=false"),
        leaf("TimeSignatureId", FOUR_FOUR),
        members("IsTimeSignatureEnabled=false LomId=0 ClipSlotsListWrapper:0"),
        Id=number,
    )


def _settings(length_beats: float) -> list[ET.Element]:
    """Returns what Live keeps of a set besides tracks and scenes: the transport, and how everything is looked at."""
    unplaced = dict.fromkeys(("Top", "Left", "Bottom", "Right"), -(2**31))
    return [
        node(
            "Transport",
            members("PhaseNudgeTempo=10 LoopOn=false LoopStart=0"), leaf("LoopLength", max(4.0, length_beats)),
            members("LoopIsSongStart=false CurrentTime=0 PunchIn=false PunchOut=false MetronomeTickDuration=0"),
            members("DrawMode=false"),
        ),
        node("SongMasterValues", node("SessionScrollerPos", X=0, Y=0)),
        *members("SignalModulations GlobalQuantisation=4 AutoQuantisation=0"),
        grid(),
        node("ScaleInformation", members("RootNote=0 Name=Major")),
        *members("InKey=false SmpteFormat=0"),
        node("TimeSelection", members("AnchorTime=0 OtherTime=0")),
        node(
            "SequencerNavigator", node("BeatTimeHelper", members("CurrentZoom=0.25")), node("ScrollerPos", X=0, Y=0),
            node("ClientSize", X=745, Y=490),
        ),
        *members("IsContentSplitterOpen=true IsExpressionSplitterOpen=true"),
        node("ExpressionLanes", (_lane(number, number, 41, is_small=number > 1) for number in range(4))),
        node("ContentLanes", _lane(0, 4, 41), _lane(1, 5, 25, is_small=True)),
        *members("ViewStateFxSlotCount=4 ViewStateSessionMixerHeight=120"),
        node("Locators", node("Locators")),
        *members("DetailClipKeyMidis TracksListWrapper:0 VisibleTracksListWrapper:0 ReturnTracksListWrapper:0"),
        *members(f"ScenesListWrapper:0 CuePointsListWrapper:0 {_ARRANGEMENT_IS_SHOWN} Annotation="),
        *members("SoloOrPflSavedValue=true SoloInPlace=true CrossfadeCurve=2 LatencyCompensation=2"),
        *members("HighlightedTrackIndex=0"),
        node("GroovePool", members("LomId=0 Grooves")),
        *members("AutomationMode=false SnapAutomationToGrid=true ArrangementOverdub=false ColorSequenceIndex=0"),
        node("AutoColorPickerForPlayerAndGroupTracks", members("NextColorIndex=0")),
        node("AutoColorPickerForReturnAndMasterTracks", members("NextColorIndex=0")),
        *members("ViewData={} ResetNonautomatedMidiControllersOnClipStarts=true MidiFoldIn=false MidiFoldMode=0"),
        *members("MultiClipFocusMode=false MultiClipLoopBarHeight=0 MidiPrelisten=false LinkedTrackGroups"),
        *members("AccidentalSpellingPreference=3 PreferFlatRootNote=false UseWarperLegacyHiQMode=false"),
        node("VideoWindowRect", **unplaced),
        *members("ShowVideoWindow=true TrackHeaderWidth=93 ViewStateArrangerHasDetail=true"),
        *members("ViewStateSessionHasDetail=true ViewStateDetailIsSample=false"),
        node("ViewStates", members(_VIEW_STATES)),
    ]  # fmt: skip


_VIEW_STATES = """SessionIO=1 SessionSends=1 SessionReturns=1 SessionMixer=1 SessionTrackDelay=0 SessionCrossFade=0
    SessionShowOverView=0 ArrangerIO=1 ArrangerReturns=1 ArrangerMixer=1 ArrangerTrackDelay=0 ArrangerShowOverView=1"""


def _lane(number: int, kind: int, height: int, *, is_small: bool = False) -> ET.Element:
    return node("ExpressionLane", leaf("Type", kind), leaf("Size", height), leaf("IsMinimized", is_small), Id=number)
