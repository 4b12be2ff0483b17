"""What is asked for on the panel's page, and the way back to what was asked before."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from bridge.clip import Clip
from bridge.hosts import Selection
from bridge.library.modes import Mode
from bridge.library_verbs import MOST_IDS, Suggest

ROW_COUNT = 40
MOST_STEPS = 50  # of history: with its rows a step takes about 40 kB


class Source(StrEnum):
    """Where a seed comes from."""

    SELECTION = "selection"
    FILE = "file"
    MICROPHONE = "microphone"


@dataclass(frozen=True)
class Seed:
    """The audio that suggestions are to go with."""

    source: Source
    name: str
    clip: Clip
    host: str = ""


@dataclass(frozen=True)
class Project:
    """Where a sample will stand."""

    name: str = ""
    quarter_bpm: float = 0.0
    """0 where it is not known."""
    key: str = ""
    """Empty where it is not known."""

    @classmethod
    def of(cls, selection: Selection) -> "Project":
        """Returns the project that something is selected in."""
        return cls(selection.project, selection.quarter_bpm, selection.key)


@dataclass(frozen=True)
class Wish:
    """What is wanted."""

    seed: Seed | None = None
    text: str = ""
    """In words; empty where the seed says it all."""
    mode: Mode = Mode.MIX
    is_in_key: bool = False
    """Whether only samples that fit the project's key are wanted."""
    is_in_tempo: bool = False
    kinds: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    liked: tuple[str, ...] = ()
    disliked: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    """Samples that were passed over."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is wanted yet."""
        return self.seed is None and not self.text

    def about(self, seed: Seed) -> "Wish":
        """The same wish about other audio: filters stay, what was liked goes."""
        return replace(self, seed=seed, text="", liked=(), disliked=(), passed=())

    def order(self, project: Project, shown: tuple[str, ...] = ()) -> Suggest:
        """Returns the wish as the bridge's verb has it.

        Args:
            project: where a sample will stand.
            shown: samples that stand on the page already.
        """
        return Suggest(
            clip=self.seed.clip if self.seed else None,
            text=self.text,
            mode=self.mode,
            count=ROW_COUNT,
            key=project.key if self.is_in_key else "",
            quarter_bpm=project.quarter_bpm if self.is_in_tempo else 0.0,
            kinds=self.kinds,
            tags=self.tags,
            liked=self.liked[-MOST_IDS:],
            disliked=self.disliked[-MOST_IDS:],
            excluded=(*self.passed, *shown)[-MOST_IDS:],
            project=project.name,
            project_bpm=project.quarter_bpm,
            is_fetched=False,
        )


@dataclass
class Step:
    """A wish and what was found."""

    wish: Wish
    rows: list[dict[str, Any]] = field(default_factory=list)
    """As the verb `suggest` gives them."""
    is_answered: bool = False
    is_all: bool = False
    """Whether there is nothing more."""
    error: str = ""


class History:
    """The wishes of a page, and which of them is shown."""

    def __init__(self) -> None:
        self._steps = [Step(Wish())]
        self._place = 0

    @property
    def now(self) -> Step:
        """What is shown."""
        return self._steps[self._place]

    @property
    def can_go_back(self) -> bool:
        """Whether something was asked before."""
        return self._place > 0 and not self._steps[self._place - 1].wish.is_empty

    @property
    def can_go_forward(self) -> bool:
        """Whether the user has gone back."""
        return self._place < len(self._steps) - 1

    def push(self, wish: Wish) -> Step:
        """Returns the step of a new wish; what was ahead of the present one is forgotten."""
        self._steps = [*self._steps[: self._place + 1], Step(wish)][-MOST_STEPS:]
        self._place = len(self._steps) - 1
        return self.now

    def back(self) -> Step:
        """Returns the step before this one, or this one where there is none."""
        self._place -= self.can_go_back
        return self.now

    def forward(self) -> Step:
        """Returns the step after this one, or this one where there is none."""
        self._place += self.can_go_forward
        return self.now
