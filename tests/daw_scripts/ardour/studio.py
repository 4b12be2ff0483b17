"""Puts AuxSend's scripts and songs into a real Ardour, and reads saved sessions in another process."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from tests.daw_scripts.ardour.host import HERE, SESSION_NAME, Ardour, Script, lua_text, run_lua

SCRIPTS = HERE.parents[2] / "daw_scripts"
SLOTS = {"split": 1, "transcribe": 2, "continue": 3, "suggest": 4, "jobs": 5, "panel": 7}
DIALOGS_SLOT = 6


@dataclass(frozen=True)
class SavedRegion:
    """A region in a saved session; moments and lengths in samples."""

    name: str
    position: int
    start: int
    length: int
    channel_count: int
    is_muted: bool
    files: tuple[Path, Path]
    gain: float


@dataclass(frozen=True)
class SavedNote:
    """A note that a MIDI region plays; moments in samples of the session."""

    pitch: int
    velocity: int
    channel: int
    onset: int
    end: int


@dataclass(frozen=True)
class SavedMidi:
    """A MIDI region in a saved session; position and length in samples."""

    name: str
    position: int
    length: int
    file: Path
    notes: list[SavedNote] = field(default_factory=list)
    pedal: list[tuple[float, int]] = field(default_factory=list)
    """Values of the sustain pedal, and the samples at which they are reached."""


@dataclass(frozen=True)
class SavedTrack:
    """A track in a saved session."""

    name: str
    color: tuple[int, int, int]
    order: int
    is_hidden: bool
    regions: list[SavedRegion] = field(default_factory=list)
    midi: list[SavedMidi] = field(default_factory=list)
    playlists: dict[str, list[SavedMidi]] = field(default_factory=dict)
    """What its other playlists hold, if that is MIDI, by their names."""


def install(ardour: Ardour, spool: Path) -> None:
    """Puts the scripts where Ardour looks for them, with a spool whose bridge they cannot start."""
    scripts = ardour.config_folder / "scripts"
    modules = scripts / "auxsend"
    shutil.copytree(SCRIPTS / "ardour", scripts, dirs_exist_ok=True)
    shutil.copytree(SCRIPTS / "shared", modules / "shared")
    (modules / "auxsend_location.lua").write_text("return " + lua_text({"spool": str(spool), "version": 1}))


def add_scripts(ardour: Ardour) -> None:
    """Adds the scripts as a user does in the script manager."""
    scripts = ardour.config_folder / "scripts"
    configure(ardour)
    actions = [(scripts / f"auxsend_{verb}.lua", slot) for verb, slot in SLOTS.items()]
    ardour.scripts = [
        Script(HERE / "dialogs.lua", DIALOGS_SLOT, {"folder": str(ardour.folder)}),
        *(
            Script(path, slot, {"x-script-origin": str(path)})
            for path, slot in [*actions, (scripts / "auxsend_listener.lua", 0)]
        ),
    ]


def configure(ardour: Ardour, **settings: object) -> None:
    """Writes the user's settings; what the listener reads of them counts from its next start."""
    text = "return " + lua_text({"messages": "log"} | settings)
    (ardour.config_folder / "scripts/auxsend/auxsend_settings.lua").write_text(text)


def said(ardour: Ardour) -> str:
    """Returns all that the scripts have said since they were started: in dialogs, and in the session's log."""
    files = [ardour.folder / "said.txt", ardour.session_folder / "auxsend.log"]
    return "".join(file.read_text(encoding="utf-8") for file in files if file.exists())


def choose_in_dialog(ardour: Ardour, *lines: str, action: str = "jobs") -> None:
    """Chooses an action, and in its dialogs what has one of these texts in it (see dialogs.lua)."""
    (ardour.folder / "choice.txt").write_text("\n".join(lines), encoding="utf-8")
    ardour.choose(SLOTS[action])


def read_session(ardour: Ardour) -> dict[str, SavedTrack]:
    """Returns the tracks of a saved session by name, read by another process."""
    printed = run_lua(
        ardour.home,
        HERE / "read_session.lua",
        AUXSEND_SESSION_FOLDER=str(ardour.session_folder),
        AUXSEND_SESSION_NAME=SESSION_NAME,
    )
    tracks: dict[str, SavedTrack] = {}
    for line in printed.splitlines():
        kind, *fields = line.split("\t")
        if kind == "track":
            red, green, blue = bytes.fromhex(fields[1])[:3]
            tracks[fields[0]] = track = SavedTrack(fields[0], (red, green, blue), int(fields[2]), fields[3] == "true")
        elif kind == "region":
            position, start, length, channel_count = map(int, fields[1:5])
            files = (Path(fields[6]), Path(fields[7]))
            track.regions.append(
                SavedRegion(
                    fields[0], position, start, length, channel_count, fields[5] == "true", files, float(fields[8])
                )
            )
        elif kind == "playlist":
            on_playlist = track.playlists[fields[0]] = []
        elif kind == "own playlist":
            on_playlist = track.midi
        elif kind == "midi":
            on_playlist.append(midi := SavedMidi(fields[0], int(fields[1]), int(fields[2]), Path(fields[3])))
        elif kind == "note":
            midi.notes.append(SavedNote(*map(int, fields)))
        elif kind == "pedal":
            midi.pedal.append((float(fields[0]), int(fields[1])))
    return tracks


@dataclass(frozen=True)
class Region:
    """A region in the running session, found again by its id."""

    ardour: Ardour
    id: str

    def do(self, lua: str) -> list[list[str]]:
        """Runs Lua in which `region`, `playlist` and `track` stand for this region and where it lies."""
        return self.ardour.run(
            f"local id = PBD.ID({lua_text(self.id)})\n"
            "for track in Session:get_tracks():iter() do\n"
            "  local playlist = track:to_track():playlist()\n"
            f"  local region = playlist:region_by_id(id)\n  if not region:isnil() then {lua} return end\nend\n"
            'error("no such region")'
        )

    def select(self, is_added: bool = False) -> None:
        """Selects this region: it alone, or beside what is selected already."""
        self.do(
            "local list = ArdourUI.SelectionList() list:push_back(Editor:regionview_from_region(region)) "
            f"Editor:set_selection(list, ArdourUI.SelectionOp.{'Add' if is_added else 'Set'})"
        )


def add_song(ardour: Ardour, file: Path, position: int, name: str, is_copied: bool = False) -> Region:
    """Puts an audio file onto a new track, embedded or copied into the session, and returns its region."""
    place = f"local files = C.StringVector() files:push_back({lua_text(str(file))}) "
    ways = (
        "Editor:do_import(files, Editing.ImportDistinctFiles, Editing.ImportAsTrack, ARDOUR.SrcQuality.SrcBest,"
        " ARDOUR.MidiTrackNameSource.SMFTrackName, ARDOUR.MidiTempoMapDisposition.SMFTempoIgnore,"
        f" Temporal.timepos_t({position}), ARDOUR.PluginInfo(), ARDOUR.Track(), false)"
        if is_copied
        else "Editor:do_embed(files, Editing.ImportDistinctFiles, Editing.ImportAsTrack,"
        f" Temporal.timepos_t({position}), ARDOUR.PluginInfo(), ARDOUR.Track())"
    )
    ((region_id,),) = ardour.run(
        f"{place}{ways}\n"
        "local last for track in Session:get_tracks():iter() do last = track end\n"
        "for region in last:to_track():playlist():region_list():iter() do\n"
        f"  region:set_name({lua_text(name)}) last:set_name({lua_text(name)})\n"
        "  report(region:to_stateful():id():to_s())\nend"
    )
    return Region(ardour, region_id)
