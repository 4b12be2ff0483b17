"""Live sets made here, in the layouts in which Live 11.3 and Live 12.1 save them, as far as they matter to a reader.

Both have a warped and looped audio clip in the arrangement, one that is not warped, one in the session, MIDI, a group
and a return track. Written out as text, and not with what is tested.
"""

import gzip
from pathlib import Path

_LOOP = (
    '<Loop><LoopStart Value="{0}" /><LoopEnd Value="{1}" /><StartRelative Value="{2}" /><LoopOn Value="{3}" />'
    '<OutMarker Value="{1}" /><HiddenLoopStart Value="{0}" /><HiddenLoopEnd Value="{4}" /></Loop>'
)
_ANA, _FEET = "C:/Users/Ana &amp; Bo/Drums Project", "Samples/Imported/&quot;four&quot; &lt;feet&gt;.wav"


def _reference(relative_path: str, path: str, kind: int, *, is_live_12: bool) -> str:
    hint = '<SourceHint Value="" />' if is_live_12 else ""
    return (
        f'<SampleRef><FileRef><RelativePathType Value="{kind}" /><RelativePath Value="{relative_path}" />'
        f'<Path Value="{path}" /><Type Value="1" /><LivePackName Value="" /><LivePackId Value="" />'
        f'<OriginalFileSize Value="264644" /><OriginalCrc Value="7866" />{hint}</FileRef>'
        '<LastModDate Value="1707598944" /><SourceContext><SourceContext Id="0"><OriginalFileRef><FileRef Id="3">'
        '<RelativePathType Value="0" /><RelativePath Value="" /><Path Value="/packs/feet.wav" /></FileRef>'
        '</OriginalFileRef></SourceContext></SourceContext><SampleUsageHint Value="0" />'
        '<DefaultDuration Value="88200" /><DefaultSampleRate Value="44100" /></SampleRef>'
    )


def _clip(kind: str, times: tuple[float, float], name: str, loop: tuple[object, ...], inner: str) -> str:
    start, end = times
    return f"""
							<{kind} Id="0" Time="{start}">
								<LomId Value="0" />
								<CurrentStart Value="{start}" />
								<CurrentEnd Value="{end}" />
								{_LOOP.format(*loop)}
								<Name Value="{name}" />
								<Color Value="12" />
								<Disabled Value="{str(name == "muted").lower()}" />
								{inner}
							</{kind}>"""


def _warped(reference: str) -> str:
    return (
        f'<IsWarped Value="true" />{reference}<WarpMode Value="0" /><WarpMarkers>'
        '<WarpMarker Id="4" SecTime="0.25" BeatTime="0" /><WarpMarker Id="5" SecTime="2.125" BeatTime="4" />'
        '<WarpMarker Id="6" SecTime="2.140625" BeatTime="4.03125" /></WarpMarkers>'
    )


def _track(kind: str, number: int, name: str, arrangement: str = "", session: str = "", group: int = -1) -> str:
    holder = "ClipTimeable" if kind == "MidiTrack" else "Sample"
    slots = "".join(
        f'<ClipSlot Id="{slot}"><LomId Value="0" /><ClipSlot>{clip}</ClipSlot></ClipSlot>'
        for slot, clip in enumerate(("<Value />", f"<Value>{session}</Value>" if session else "<Value />"))
    )
    events = f"<Events>{arrangement}</Events>" if arrangement else "<Events />"
    chain = (
        f"<MainSequencer><ClipSlotList>{slots}</ClipSlotList><{holder}><ArrangerAutomation>{events}"
        f"</ArrangerAutomation></{holder}></MainSequencer><FreezeSequencer><Sample><ArrangerAutomation><Events />"
        f"</ArrangerAutomation></Sample></FreezeSequencer>"
    )
    return f"""
			<{kind} Id="{number}">
				<Name>
					<EffectiveName Value="{name}" />
					<UserName Value="" />
				</Name>
				<Color Value="{number + 10}" />
				<TrackGroupId Value="{group}" />
				<DeviceChain>
					<Mixer><Speaker><Manual Value="{str(name != "quiet").lower()}" /></Speaker></Mixer>
					{chain if kind in ("AudioTrack", "MidiTrack") else ""}
				</DeviceChain>
			</{kind}>"""


def _live_set(version: str, creator: str, main: str, *, is_live_12: bool) -> str:
    feet = _reference(_FEET, f"{_ANA}/{_FEET}", 3, is_live_12=is_live_12)
    voice = _reference("../Voice/João.flac", "/Users/ana/Voice/João.flac", 1, is_live_12=is_live_12)
    notes = (
        '<IsWarped Value="true" /><Notes><KeyTracks><KeyTrack Id="0"><Notes><MidiNoteEvent Time="0.5" Duration="0.25" '
        'Velocity="100" NoteId="1" /></Notes><MidiKey Value="60" /></KeyTrack></KeyTracks></Notes>'
    )
    arranged = _clip("AudioClip", (8, 24), "Feet", (0, 4, 1, "true", 8), _warped(feet))
    arranged += _clip("AudioClip", (24.5, 27.5), "muted", (0.5, 2, 0, "false", 2), f'<IsWarped Value="false" />{voice}')
    session = _clip("AudioClip", (0, 4), "Slot", (0, 4, 0, "true", 4), _warped(feet))
    tracks = [
        _track("GroupTrack", 3, "Group"),
        _track("AudioTrack", 4, "Drums", arranged, session, group=3),
        _track("MidiTrack", 5, "quiet", _clip("MidiClip", (0, 4), "Riff", (0, 4, 0, "true", 4), notes)),
        _track("ReturnTrack", 6, "A-Reverb"),
    ]
    tempo = '<Tempo><LomId Value="0" /><Manual Value="128.5" /><AutomationTarget Id="8" /></Tempo>'
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Ableton MajorVersion="5" MinorVersion="{version}" SchemaChangeCount="3" Creator="{creator}" Revision="539c1d1e">
	<LiveSet>
		<NextPointeeId Value="22155" />
		<Tracks>{"".join(tracks)}
		</Tracks>
		<{main}>
			<Name><EffectiveName Value="Master" /></Name>
			<DeviceChain><Mixer>{tempo}</Mixer></DeviceChain>
		</{main}>
		<PreHearTrack />
		<SendsPre />
	</LiveSet>
</Ableton>
"""


SETS = {
    "Live 11": _live_set("11.0_11300", "Ableton Live 11.3.13", "MasterTrack", is_live_12=False),
    "Live 12": _live_set("12.0_12120", "Ableton Live 12.1.5", "MainTrack", is_live_12=True),
}


def write_text(path: Path, text: str) -> Path:
    """Writes a set as it is in Live's files."""
    path.write_bytes(gzip.compress(text.encode()))
    return path


def read_text(path: Path) -> str:
    """Returns the XML of a set."""
    return gzip.decompress(path.read_bytes()).decode()
