"""The members that Live 11.3 writes into tracks, mixers and scenes, as XML.

Live fills in what a set lacks, or refuses the set, and says which of the two nowhere; so everything that Live itself
writes is here, in its order, with what an empty set of Live has as values. The schema is Live 11.3's because Live 12
reads it too, and Live 11 reads none of Live 12's. There is no public description of it: names, order and values are
facts about files, as people have found and published them.

Whatever can be automated has a *target*, with an id of its own in the whole set; a table of members says which element
is what: `name=value` is a leaf, `name` alone an empty element, `name:id` an element that only points at an object.
"""

import re
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

Ids = Iterator[int]
"""Numbers that no other target of the set has."""

QUIETEST, LOUDEST = 0.0003162277571, 1.99526238
"""Range of a fader as a factor: -70 dB, where Live shows silence, to +6 dB."""
FOUR_FOUR = 201
"""Live's number for the metre 4/4."""
_NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def leaf(tag: str, value: object) -> ET.Element:
    """Returns `<tag Value="value" />`, with a number or a flag as Live writes it."""
    if isinstance(value, bool):
        value = str(value).lower()
    elif isinstance(value, float):
        value = f"{value:.15g}"
    return ET.Element(tag, Value=_NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", str(value)))


def members(table: str) -> list[ET.Element]:
    """Returns the elements of a table.

    >>> [ET.tostring(element).decode() for element in members("LomId=0 Sends SendsListWrapper:0")]
    ['<LomId Value="0" />', '<Sends />', '<SendsListWrapper LomId="0" />']
    """
    found = []
    for word in table.split():
        tag, mark, value = word.partition("=" if "=" in word else ":")
        attributes = {"Value": value} if mark == "=" else {"LomId": value} if mark else {}
        found.append(ET.Element(tag, attributes))
    return found


def node(tag: str, *parts: ET.Element | Iterable[ET.Element], **attributes: object) -> ET.Element:
    """Returns an element that holds others, given one by one or in lists."""
    element = ET.Element(tag, {name: str(value) for name, value in attributes.items()})
    for part in parts:
        if isinstance(part, ET.Element):
            element.append(part)
        else:
            element.extend(part)
    return element


def target(ids: Ids, tag: str = "AutomationTarget") -> ET.Element:
    """Returns what an envelope can point at."""
    return node(tag, members("LockEnvelope=0"), Id=next(ids))


def switch(ids: Ids, tag: str, *, is_on: bool = True) -> ET.Element:
    """Returns a parameter that is on or off."""
    thresholds = node("MidiCCOnOffThresholds", members("Min=64 Max=127"))
    return node(tag, members("LomId=0"), leaf("Manual", is_on), target(ids), thresholds)


def choice(ids: Ids, tag: str, value: int) -> ET.Element:
    """Returns a parameter that is one of a list."""
    return node(tag, members("LomId=0"), leaf("Manual", value), target(ids))


def dial(ids: Ids, tag: str, value: float, lowest: float, highest: float) -> ET.Element:
    """Returns a continuous parameter."""
    reach = node("MidiControllerRange", leaf("Min", lowest), leaf("Max", highest))
    return node(tag, members("LomId=0"), leaf("Manual", value), reach, target(ids), target(ids, "ModulationTarget"))


def device_head(ids: Ids) -> list[ET.Element]:
    """Returns what a mixer and a sequencer begin with."""
    return [
        *members("LomId=0 LomIdView=0 IsExpanded=true"),
        switch(ids, "On"),
        *members("ModulationSourceCount=0 ParametersListWrapper:0"),
        node("Pointee", Id=next(ids)),
        *members("LastSelectedTimeableIndex=0 LastSelectedClipEnvelopeIndex=0"),
        node("LastPresetRef", node("Value")),
        *members("LockedScripts IsFolded=false ShouldShowPresetName=false UserName= Annotation="),
        node("SourceContext", node("Value")),
    ]


def track_head(name: str, colour: int, *, is_unfolded: bool = False) -> list[ET.Element]:
    """Returns what every track begins with."""
    return [
        *members("LomId=0 LomIdView=0 IsContentSelectedInDocument=false PreferredContentViewMode=0"),
        node("TrackDelay", members("Value=0 IsValueSampleBased=false")),
        node(
            "Name", leaf("EffectiveName", name), leaf("UserName", name), members("Annotation= MemorizedFirstClipName=")
        ),
        leaf("Color", colour),
        node("AutomationEnvelopes", node("Envelopes")),
        leaf("TrackGroupId", -1),
        leaf("TrackUnfolded", is_unfolded),
        *members("DevicesListWrapper:0 ClipSlotsListWrapper:0 ViewData={}"),
        node("TakeLanes", members("TakeLanes AreTakeLanesFolded=true")),
        leaf("LinkedTrackGroupId", -1),
    ]


def chain_head(output: str) -> list[ET.Element]:
    """Returns what a track's chain begins with: the view of its automation, and where its sound comes from and goes to.

    Args:
        output: "Master", or "External" for the sound card.
    """
    lane = "SelectedDevice=0 SelectedEnvelope=0 IsContentSelectedInDocument=false LaneHeight=68"
    lanes = node("AutomationLanes", node("AutomationLane", members(lane), Id=0))
    view = members("SelectedDevice=0 SelectedEnvelope=0 PreferModulationVisible=false")
    external = ("AudioOut/External/S0", "Ext. Out", "1/2")
    return [
        node("AutomationLanes", lanes, members("AreAdditionalAutomationLanesFolded=false")),
        node("ClipEnvelopeChooserViewState", view),
        _routing("AudioInputRouting", "AudioIn/External/S0", "Ext. In", "1/2"),
        _routing("MidiInputRouting", "MidiIn/External.All/-1", "Ext: All Ins", ""),
        _routing("AudioOutputRouting", *(external if output == "External" else ("AudioOut/Master", "Master", ""))),
        _routing("MidiOutputRouting", "MidiOut/None", "None", ""),
    ]


def _routing(tag: str, place: str, upper: str, lower: str) -> ET.Element:
    return node(
        tag,
        leaf("Target", place),
        leaf("UpperDisplayString", upper),
        leaf("LowerDisplayString", lower),
        node("MpeSettings", members("ZoneType=0 FirstNoteChannel=1 LastNoteChannel=15")),
    )


def mixer(ids: Ids, *own: ET.Element, is_muted: bool = False) -> ET.Element:
    """Returns a mixer without sends, at 0 dB and in the middle.

    Args:
        ids: numbers for its targets.
        own: what only this track's mixer has.
        is_muted: whether the track is silent.
    """
    return node(
        "Mixer",
        device_head(ids),
        members("Sends"),
        switch(ids, "Speaker", is_on=not is_muted),
        members("SoloSink=false PanMode=0"),
        dial(ids, "Pan", 0, -1, 1),
        dial(ids, "SplitStereoPanL", -1, -1, 1),
        dial(ids, "SplitStereoPanR", 1, -1, 1),
        dial(ids, "Volume", 1, QUIETEST, LOUDEST),
        members("ViewStateSesstionTrackWidth=93"),  # Live's own spelling
        choice(ids, "CrossFadeState", 1),
        members("SendsListWrapper:0"),
        own,
    )


def sequencer(ids: Ids, clips: Iterable[ET.Element], scene_count: int) -> list[ET.Element]:
    """Returns the members of an audio track's sequencer: empty slots, and clips in the arrangement."""
    transforms = node("AutomationTransformViewState", members("IsTransformPending=false TimeAndValueTransforms"))
    targets = ("Volume", "Transposition", "GrainSize", "Flux", "SampleOffset")
    return [
        *device_head(ids),
        node("ClipSlotList", (_slot(number) for number in range(scene_count))),
        leaf("MonitoringEnum", 1),
        node("Sample", node("ArrangerAutomation", node("Events", clips), transforms)),
        *(target(ids, f"{name}ModulationTarget") for name in targets),
        *members("PitchViewScrollPosition=-1073741824 SampleOffsetModulationScrollPosition=-1073741824"),
        node("Recorder", members("IsArmed=false TakeCounter=1")),
    ]


def _slot(number: int) -> ET.Element:
    empty = node("ClipSlot", node("Value"))
    return node("ClipSlot", members("LomId=0"), empty, members("HasStop=true NeedRefreeze=true"), Id=number)


def no_devices() -> ET.Element:
    """Returns a chain without effects."""
    return node("DeviceChain", members("Devices SignalModulations"))


def follow_action() -> ET.Element:
    """Returns that nothing follows a clip or scene."""
    table = """FollowTime=4 IsLinked=true LoopIterations=1 FollowActionA=4 FollowActionB=0 FollowChanceA=100
        FollowChanceB=0 JumpIndexA=1 JumpIndexB=1 FollowActionEnabled=false"""
    return node("FollowAction", members(table))


def grid() -> ET.Element:
    """Returns a grid that adapts to the zoom."""
    table = "FixedNumerator=1 FixedDenominator=16 GridIntervalPixel=20 Ntoles=2 SnapToGrid=true Fixed=false"
    return node("Grid", members(table))
