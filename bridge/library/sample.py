"""Samples as the engine's library knows them, and what it can be asked about them, in the bridge's own words.

A sample is named by the SHA-256 of its audio: a file that was moved or renamed is the same sample, and so are two
copies. Tempo is in quarter notes per minute, 0 where a sample has none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bridge.library.modes import Mode
from bridge.midi.notes import Key


class UseKind(StrEnum):
    """What a user did with a sample."""

    INSERTED = "inserted"
    KEPT = "kept"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Sample:
    """A sample of the library."""

    id: str
    name: str
    folders: tuple[str, ...]
    kind: str
    """"loop", "track" or "one-shot", a one-shot followed by what it is: "one-shot/kick"."""
    key: Key | None
    quarter_bpm: float
    duration_sec: float
    loudness_lufs: float
    brightness: float
    """0 (dark) to 1 (bright)."""
    tags: tuple[str, ...]
    """What the models hear, strongest first."""


@dataclass(frozen=True)
class Entry:
    """A sample to index."""

    id: str
    name: str
    folders: tuple[str, ...]
    """Names of the folders above it, outermost first, from the library's own folder on."""


@dataclass(frozen=True)
class Indexing:
    """What a job of indexing did."""

    indexed_count: int
    unchanged_count: int
    unreadable: Mapping[str, str]
    """Why the engine could not read a sample, by its id."""


@dataclass(frozen=True)
class Wanted:
    """Which samples to list; an empty value leaves everything in."""

    text: str = ""
    key: Key | None = None
    quarter_bpm: float = 0.0
    kinds: tuple[str, ...] = ()
    sample_ids: tuple[str, ...] = ()
    is_unheard: bool = False
    """Only samples that the engine's model which knows text has yet to hear."""
    count: int = 100


@dataclass(frozen=True)
class Query:
    """What to suggest for, and how; an empty value leaves the choice to the engine."""

    asset_sha256s: tuple[str, ...] = ()
    text: str = ""
    mode: Mode = Mode.MIX
    count: int = 20
    key: Key | None = None
    quarter_bpm: float = 0.0
    kinds: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    liked_ids: tuple[str, ...] = ()
    disliked_ids: tuple[str, ...] = ()
    excluded_ids: tuple[str, ...] = ()
    variety: float = 0.0
    """0 (best first) to 1 (anything but the same)."""
    project_id: str = ""
    user: str = ""


@dataclass(frozen=True)
class Suggestion:
    """One suggested sample."""

    sample: Sample
    score: float
    """Larger is better."""
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Use:
    """One use: this sample in this project."""

    sample_id: str
    project_id: str
    kind: UseKind
    user: str = ""
    time_sec: float = 0.0
    """When, in seconds since 1970; 0 leaves it to the engine."""


@dataclass(frozen=True)
class MapPoint:
    """A sample's place on the map, both ways from 0 to 1."""

    sample_id: str
    x: float
    y: float
    cluster_id: int
    """-1 for none."""


@dataclass(frozen=True)
class Cluster:
    """Samples that belong together."""

    id: int
    name: str
    sample_count: int


@dataclass(frozen=True)
class LibraryMap:
    """The library as a plane."""

    points: tuple[MapPoint, ...] = ()
    clusters: tuple[Cluster, ...] = field(default=())
