"""A python-reapy without REAPER: what our adapter uses of it and nothing else, strict, with state.

Changes must come between HOLD and RELEASE and inside one undo block, handles must be of their kind, and a test holds
every name and argument here to the real package and to REAPER's own list.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any


@dataclass
class World:
    """What the fake REAPER holds."""

    tracks: list[dict[str, Any]] = field(default_factory=list)
    cursor_sec: float = 3.5
    ext_state: dict[tuple[str, str], str] = field(default_factory=dict)
    undo: list[tuple[str, list[dict[str, Any]]]] = field(default_factory=list)
    before: list[dict[str, Any]] | None = None
    is_held: bool = False
    is_reachable: bool = True
    fail_at: str = ""
    """The name of a call that goes wrong."""

    def change(self, name: str) -> None:
        assert self.is_held, f"{name} came alone: a turn of REAPER's loop of its own"
        assert self.before is not None, f"{name} came outside of an undo block"
        if name == self.fail_at:
            raise RuntimeError(f"Traceback, from inside REAPER:\n{name} went wrong")


def new_item(**fields: Any) -> dict[str, Any]:
    values = {
        "D_POSITION": 0.0,
        "D_LENGTH": 0.0,
        "B_MUTE": 0.0,
        "B_LOOPSRC": 1.0,
        "D_VOL": 1.0,
        "C_BEATATTACHMODE": -1.0,
    }
    values |= {"D_FADEINLEN": 0.01, "D_FADEOUTLEN": 0.01, "C_FADEINSHAPE": 0.0, "C_FADEOUTSHAPE": 0.0}
    take = {"D_STARTOFFS": 0.0, "D_PLAYRATE": 1.0, "D_PITCH": 0.0, "B_PPITCH": 1.0, "I_CHANMODE": 0.0}
    take |= {"D_VOL": 1.0, "D_PAN": 0.0}
    item = {"values": values, "take": take, "file": "", "name": "", "is_selected": False, "marker_count": 0}
    return item | fields


def new_track(name: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, "values": {"I_FOLDERDEPTH": 0.0}, "color": None, "items": []} | fields


class FakeReapy:
    """Stands where the module `reapy` is expected."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.reascript_api = Api(world)

    def dist_api_is_enabled(self) -> bool:
        return self.world.is_reachable

    @contextmanager
    def inside_reaper(self) -> Iterator[None]:
        self.world.is_held = True
        try:
            yield
        finally:
            self.world.is_held = False

    def Project(self) -> "Project":  # noqa: N802 - the package's name
        return Project(self.world)

    def get_ext_state(self, section: str, key: str) -> str:
        return self.world.ext_state.get((section, key), "")

    def update_arrange(self) -> None:
        assert self.world.is_held


class Api:
    """`reapy.reascript_api`: functions of REAPER itself."""

    def __init__(self, world: World) -> None:
        self._world = world

    def Undo_EndBlock2(self, proj: str, descchange: str, extraflags: int) -> None:  # noqa: N802
        assert proj == "(ReaProject*)1"
        assert extraflags == -1, "changes that REAPER does not flag would not be in the step"
        assert self._world.before is not None
        self._world.undo.append((descchange, self._world.before))
        self._world.before = None

    def TrackList_AdjustWindows(self, isMinor: bool) -> None:  # noqa: N802, N803
        assert isMinor is False

    def GetTakeNumStretchMarkers(self, take: "Handle") -> int:  # noqa: N802
        return int(take.of("take")["marker_count"])

    def PCM_Source_CreateFromFile(self, filename: str) -> "Handle":  # noqa: N802
        self._world.change("PCM_Source_CreateFromFile")
        return Handle("source", {"file": filename})

    def SetMediaItemTake_Source(self, take: "Handle", source: "Handle") -> bool:  # noqa: N802
        self._world.change("SetMediaItemTake_Source")
        take.of("take")["file"] = source.of("source")["file"]
        return True

    def GetSetMediaItemTakeInfo_String(  # noqa: N802
        self,
        tk: "Handle",
        parmname: str,
        stringNeedBig: str,  # noqa: N803
        setNewValue: bool,  # noqa: N803
    ) -> None:
        self._world.change("GetSetMediaItemTakeInfo_String")
        assert (parmname, setNewValue) == ("P_NAME", True)
        tk.of("take")["name"] = stringNeedBig

    def PCM_Source_BuildPeaks(self, src: "Handle", mode: int) -> int:  # noqa: N802
        assert src.of("source")
        assert mode == 0
        return 0


@dataclass(frozen=True)
class Handle:
    """What REAPER passes for a thing."""

    kind: str
    thing: dict[str, Any]

    def of(self, kind: str) -> dict[str, Any]:
        assert self.kind == kind, f"a {self.kind} was given for a {kind}"
        return self.thing


class Project:
    def __init__(self, world: World) -> None:
        self._world = world
        self.id = "(ReaProject*)1"

    def begin_undo_block(self) -> None:
        assert self._world.before is None
        self._world.before = deepcopy(self._world.tracks)

    def undo(self) -> None:
        self._world.tracks[:] = self._world.undo.pop()[1]

    @property
    def cursor_position(self) -> float:
        return self._world.cursor_sec

    @property
    def n_tracks(self) -> int:
        return len(self._world.tracks)

    @property
    def selected_items(self) -> list["Item"]:
        return [
            Item(self._world, track, item)
            for track in self._world.tracks
            for item in track["items"]
            if item["is_selected"]
        ]

    def add_track(self, index: int = 0, name: str = "") -> "Track":
        self._world.change("add_track")
        track = new_track(name)
        self._world.tracks.insert(index, track)
        return Track(self._world, track)


class _Valued:
    """A thing with named values, none of which is made up."""

    def __init__(self, world: World, kind: str, values: dict[str, float]) -> None:
        self._world, self._kind, self._values = world, kind, values

    def get_info_value(self, param_name: str, /) -> float:
        return self._values[param_name]

    def set_info_value(self, param_name: str, value: float, /) -> None:
        self._world.change(f"{self._kind} {param_name}")
        assert param_name in self._values, f"no {self._kind} has {param_name}"
        self._values[param_name] = float(value)


class Track(_Valued):
    def __init__(self, world: World, track: dict[str, Any]) -> None:
        super().__init__(world, "track", track["values"])
        self._track = track

    @property
    def index(self) -> int:
        return next(i for i, track in enumerate(self._world.tracks) if track is self._track)

    @property
    def color(self) -> tuple[int, int, int] | None:
        color: tuple[int, int, int] | None = self._track["color"]
        return color

    @color.setter
    def color(self, color: tuple[int, int, int]) -> None:
        self._world.change("color")
        self._track["color"] = color

    def add_item(self, start: float = 0, end: float | None = None, length: float = 0) -> "Item":
        self._world.change("add_item")
        assert end is None
        item = new_item()
        item["values"] |= {"D_POSITION": start, "D_LENGTH": length}
        self._track["items"].append(item)
        return Item(self._world, self._track, item)


class Item(_Valued):
    def __init__(self, world: World, track: dict[str, Any], item: dict[str, Any]) -> None:
        super().__init__(world, "item", item["values"])
        self._track, self._item = track, item

    @property
    def position(self) -> float:
        return self._values["D_POSITION"]

    @property
    def length(self) -> float:
        return self._values["D_LENGTH"]

    @property
    def track(self) -> Track:
        return Track(self._world, self._track)

    @property
    def active_take(self) -> "Take":
        return Take(self._world, self._item)

    def add_take(self) -> "Take":
        self._world.change("add_take")
        return Take(self._world, self._item)


class Take(_Valued):
    def __init__(self, world: World, item: dict[str, Any]) -> None:
        super().__init__(world, "take", item["take"])
        self.id = Handle("take", item)
        self._item = item

    @property
    def is_midi(self) -> bool:
        return False

    @property
    def source(self) -> "Source":
        return Source(self._item["file"])


@dataclass(frozen=True)
class Source:
    filename: str


CLASSES: dict[str, type] = {"project": Project, "track": Track, "item": Item, "take": Take, "source": Source}
