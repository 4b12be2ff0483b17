"""What a script or a panel can ask of the generator. See `bridge.verbs`, of which this is a part.

Times are seconds of the timeline from the item's beginning; what of the tempo map lies before it has negative ones, so
that bars are known where the item begins in the middle of one.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from bridge.generation import GenerationTask, Kept, KeyRule
from bridge.schema import Above, AtLeast, AtMost

MOST_NOTES = 10_000
MOST_CHANGES = 2_000


@dataclass(frozen=True)
class ItemNote:
    """One note of an item."""

    pitch: Annotated[int, "MIDI number; 60 is middle C", AtLeast(0), AtMost(127)]
    velocity: Annotated[int, "how hard it is struck", AtLeast(1), AtMost(127)]
    onset_sec: Annotated[float, "where it begins; before the item it is not heard"]
    duration_sec: Annotated[float, "how long it lasts", AtLeast(0)]


@dataclass(frozen=True)
class ItemTempo:
    """From here on, this tempo."""

    time_sec: Annotated[float, "where"]
    quarter_bpm: Annotated[float, "quarter notes per minute", AtLeast(4), AtMost(6000)]


@dataclass(frozen=True)
class ItemMetre:
    """From this bar line on, this metre."""

    time_sec: Annotated[float, "where; the first at or before the item's beginning"]
    numerator: Annotated[int, "beats in a bar", AtLeast(1), AtMost(64)]
    denominator: Annotated[int, "note value of a beat: 1, 2, 4, 8, 16 or 32", AtLeast(1), AtMost(32)]


@dataclass(frozen=True)
class Continue:
    """Write music that follows the notes of an item, varies them, fills bars of them or accompanies them."""

    notes: Annotated[tuple[ItemNote, ...], "the item's notes, at least one", AtMost(MOST_NOTES)]
    name: Annotated[str, "what the item is called; names the MIDI file"]
    folder: Annotated[Path, "absolute path of the project's folder for media; it must exist"]
    length_sec: Annotated[float, "the item's length: later notes are not heard; 0 for no end", AtLeast(0)] = 0.0
    tempos: Annotated[tuple[ItemTempo, ...], "the project's tempos; empty for 120", AtMost(MOST_CHANGES)] = ()
    time_signatures: Annotated[tuple[ItemMetre, ...], "its metres; empty for 4/4", AtMost(MOST_CHANGES)] = ()
    program: Annotated[int, "General MIDI program of the item's instrument", AtLeast(0), AtMost(127)] = 0
    mode: Annotated[GenerationTask, "what to write"] = GenerationTask.CONTINUE
    bars: Annotated[int, "bars to continue", AtLeast(1), AtMost(64)] = 4
    first_bar: Annotated[int, "first bar to fill, counted from 1, that of the first note", AtLeast(0)] = 0
    last_bar: Annotated[int, "last bar to fill", AtLeast(0)] = 0
    kept: Annotated[Kept, "what a variation keeps"] = Kept.RHYTHM
    is_accompanied: Annotated[bool, "whether a continuation has chords and bass, too"] = False
    candidates: Annotated[int, "how many answers", AtLeast(1), AtMost(16)] = 4
    key: Annotated[str, "the music's key, such as A minor; empty lets it be found"] = ""
    key_rule: Annotated[KeyRule, "whether notes outside of the key are rare, forbidden or left to the model"] = (
        KeyRule.SOFT
    )
    scale: Annotated[str, "pitch classes in place of the key's: C Eb F G Bb; empty for the key's"] = ""
    chords: Annotated[str, "chords to follow, one a bar, over and over: Am F C G; empty for none"] = ""
    temperature: Annotated[float, "how daring", Above(0), AtMost(2)] = 1.0
    top_p: Annotated[float, "share of likely notes to choose from", Above(0), AtMost(1)] = 0.95
    seed: Annotated[int, "the same seed writes the same notes", AtLeast(0), AtMost(999_999)] = 0
    lowest_pitch: Annotated[int, "lowest pitch to write", AtLeast(0), AtMost(127)] = 0
    highest_pitch: Annotated[int, "highest pitch to write", AtLeast(0), AtMost(127)] = 127
    max_polyphony: Annotated[int, "most notes at once on a track; 0 leaves it open", AtLeast(0), AtMost(127)] = 0
    notes_per_bar: Annotated[float, "of the melody, a quarter more or fewer; 0 leaves it open", AtLeast(0)] = 0.0
    stays_in_bars: Annotated[bool, "whether no note may sound across a bar line"] = False
    rings_over: Annotated[bool, "whether notes may sound on beyond the last bar line"] = False
    model: Annotated[str, "which model; empty for the engine's default"] = ""
