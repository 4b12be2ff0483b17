"""The nouns of suggestions: what is asked, and what is answered."""

from dataclasses import dataclass, field

from engine.library.filters import SampleFilter
from engine.library.mix import Mode
from engine.library.sample import LibrarySample


@dataclass(frozen=True)
class SuggestionQuery:
    """What to suggest for."""

    clips: tuple[LibrarySample, ...] = ()
    """What is selected; it need not be in the library."""
    text: str = ""
    mode: Mode = Mode.MIX
    wanted: SampleFilter = field(default_factory=SampleFilter)
    liked_ids: tuple[str, ...] = ()
    disliked_ids: tuple[str, ...] = ()
    user_id: str = ""
    """Whose taste; empty means the studio's."""
    project_id: str = ""
    """The project at hand."""
    variety: float = 0.0
    """0 (best first) to 1 (anything but the same)."""


@dataclass(frozen=True)
class Suggestion:
    """One suggested sample."""

    sample: LibrarySample
    score: float
    """0 to 1, larger is better."""
    reasons: tuple[str, ...]
