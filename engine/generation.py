"""What a generator is asked for, and what it gives: a prompt, a wish, candidates.

    prompt = Prompt((track,), steady_tempo(120.0))
    wish = Wish(prompt, Continue(bar_count=4), Sampling(candidate_count=4, seed=7), Constraints(key_rule="strict"))
    for candidate in backend.generate(wish, report):   # each as soon as it is written, the first one first
        ...
    best_first = ranked(candidates)
    track = candidate.to_tracks(wish.prompt.tempo_map)[0]

A prompt's times are seconds, and its tempo map turns them into quarter notes: the DAW's own, or one that was found in a
recording. A candidate's positions are quarter notes from the bar line at which it begins, which lies at
`Candidate.begins_quarters` in the prompt's own time:

    Continue     the first bar line at which the prompt is over
    Fill         the bar line of `first_bar`
    Vary         the bar line of the prompt's first bar that is read
    Accompany    the same

Bars are counted from 1, which is the bar in which the prompt's first note lies. Values are checked where they enter:
`Sampling` and `Constraints` when they are made, the prompt and the task by the backend, which raises InvalidArgument
with a sentence for the musician.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.errors import InvalidArgument
from engine.musical_time import Chord, Key, TempoMap
from engine.notes import Note, NoteTrack, by_onset

MOST_CANDIDATES = 16
MOST_BARS = 64
KEY_RULES = ("free", "soft", "strict")
KEPT = ("rhythm", "contour")
PARTS = ("melody", "chords", "bass")
HIGHEST_PITCH = 127


@dataclass(frozen=True)
class Prompt:
    """The notes that a generator is given, with the grid that they stand on."""

    tracks: tuple[NoteTrack, ...]
    """The melody first; what other tracks hold accompanies it."""
    tempo_map: TempoMap
    key: Key | None = None
    """None lets the generator find it."""
    chords: tuple[Chord, ...] = ()
    """To follow, over the prompt and beyond; empty leaves them to the generator."""


@dataclass(frozen=True)
class Continue:
    """Goes on where the prompt stops."""

    bar_count: int = 4
    is_accompanied: bool = False
    """Whether to write chords and bass, too."""


@dataclass(frozen=True)
class Vary:
    """Writes new notes that keep something of the prompt's."""

    kept: str = "rhythm"
    """"rhythm" or "contour"."""


@dataclass(frozen=True)
class Fill:
    """Writes bars in the middle of the prompt; what is there is not read."""

    first_bar: int
    """Counted from 1."""
    last_bar: int


@dataclass(frozen=True)
class Accompany:
    """Writes chords and bass under the prompt."""

    parts: tuple[str, ...] = ("chords", "bass")


Task = Continue | Vary | Fill | Accompany


@dataclass(frozen=True)
class Sampling:
    """How to choose among what the model finds likely."""

    candidate_count: int = 4
    temperature: float = 1.0
    top_p: float = 0.95
    seed: int = 0
    """Equal wishes with equal seeds give equal notes."""

    def __post_init__(self) -> None:
        if not 1 <= self.candidate_count <= MOST_CANDIDATES:
            raise InvalidArgument(
                f"{self.candidate_count} candidates cannot be written at once; ask for 1 to {MOST_CANDIDATES}.",
                field="candidate_count",
            )
        if not 0 < self.temperature <= 2:
            raise InvalidArgument(
                f"A temperature of {self.temperature:g} is not above 0 and at most 2.", field="temperature"
            )
        if not 0 < self.top_p <= 1:
            raise InvalidArgument(f"A top-p of {self.top_p:g} is not above 0 and at most 1.", field="top_p")


@dataclass(frozen=True)
class Constraints:
    """What every note that is written obeys; the generator never writes a note that it would have to mend."""

    key_rule: str = "soft"
    """"strict" allows notes of the key alone, "soft" makes others rare, "free" leaves it to the model."""
    pitch_classes: frozenset[int] = frozenset()
    """A scale of one's own, 0 (C) to 11 (B), in place of the key's; empty for the key's."""
    lowest_pitch: int = 0
    highest_pitch: int = HIGHEST_PITCH
    max_polyphony: int = 0
    """Most notes that sound together in a part; 0 leaves it open."""
    stays_in_bars: bool = False
    """Whether no note may sound across a bar line."""
    ends_on_bar: bool = True
    """Whether all notes have ended at the last bar line."""
    fewest_per_bar: int = 0
    """Fewest notes of the melody in each bar."""
    most_per_bar: int = 0
    """Most notes of the melody in each bar; 0 leaves it open."""

    def __post_init__(self) -> None:
        if self.key_rule not in KEY_RULES:
            raise InvalidArgument(
                f"There is no key rule “{self.key_rule}”; choose one of {', '.join(KEY_RULES)}.", field="key_rule"
            )
        if not 0 <= self.lowest_pitch <= self.highest_pitch <= HIGHEST_PITCH:
            raise InvalidArgument(
                f"A range from {self.lowest_pitch} to {self.highest_pitch} holds no MIDI pitch; the lowest is 0 and "
                "the highest 127.",
                field="lowest_pitch",
            )
        if not self.pitch_classes <= set(range(12)):
            raise InvalidArgument("A pitch class is a number from 0 (C) to 11 (B).", field="pitch_classes")
        if self.max_polyphony < 0 or self.fewest_per_bar < 0 or self.most_per_bar < 0:
            raise InvalidArgument("Numbers of notes are not negative.", field="max_polyphony")
        if 0 < self.most_per_bar < self.fewest_per_bar:
            raise InvalidArgument(
                f"A bar cannot hold at least {self.fewest_per_bar} and at most {self.most_per_bar} notes.",
                field="fewest_per_bar",
            )

    def check_room(self, room: int) -> None:
        """Returns if a bar in which so many notes can begin has room for what is wanted.

        Raises:
            InvalidArgument: it has not.
        """
        if self.fewest_per_bar > room:
            raise InvalidArgument(
                f"A bar of this metre has room for {room} notes, not for {self.fewest_per_bar}.", field="fewest_per_bar"
            )


@dataclass(frozen=True)
class Wish:
    """Everything that is asked of a generator."""

    prompt: Prompt
    task: Task
    sampling: Sampling = field(default_factory=Sampling)
    constraints: Constraints = field(default_factory=Constraints)


@dataclass(frozen=True, order=True)
class WrittenNote:
    """One note of a candidate; ordered by onset, then pitch."""

    onset_quarters: float
    """From the bar line at which the candidate begins."""
    pitch: int
    duration_quarters: float
    velocity: int
    part: str = "melody"
    """Out of `PARTS`."""


@dataclass(frozen=True)
class Candidate:
    """One answer."""

    index: int
    """From 0; the candidate of an index is the same each time, whatever the order in which they are finished."""
    notes: tuple[WrittenNote, ...]
    """Ordered by onset, then pitch."""
    begins_quarters: float
    """Where the bar line lies from which notes are counted, in quarter notes of the prompt's tempo map."""
    bar_count: int
    metre: tuple[int, int]
    key: Key
    """The prompt's: given, or found."""
    score: float
    """0 to 1, by which candidates are ranked: how likely the model finds it, and how it does in musical checks."""
    log_likelihood: float
    """Per note, in nats, under the model alone."""

    def to_tracks(self, tempo_map: TempoMap) -> tuple[NoteTrack, ...]:
        """Returns the notes in seconds of a tempo map, a track for each part that has any."""
        return tuple(
            NoteTrack(part, by_onset(_in_seconds(note, self.begins_quarters, tempo_map) for note in notes))
            for part in PARTS
            if (notes := [note for note in self.notes if note.part == part])
        )


def ranked(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Returns the candidates, the best one first."""
    return tuple(sorted(candidates, key=lambda candidate: (-candidate.score, candidate.index)))


def _in_seconds(note: WrittenNote, begins_quarters: float, tempo_map: TempoMap) -> Note:
    onset_quarters = begins_quarters + note.onset_quarters
    onset_sec = tempo_map.seconds_at(onset_quarters)
    end_sec = tempo_map.seconds_at(onset_quarters + note.duration_quarters)
    return Note(note.pitch, note.velocity, onset_sec, end_sec - onset_sec)
