"""A prompt at the engine's border: is it music that a generator can be given, and where do its bars lie.

`checked` refuses what no generator could mean, with a sentence for the musician, and mends what has one meaning only:
of two tempo events at one time the last holds. `bars_of` counts the bars of what it returns, as every generator does:

- the first bar is that of the melody's first note, which may come a little early;
- the last is that in which the melody's last note begins, or ends if it is held well into it;
- bars are those of the metre that holds at the last note; what an earlier metre had is not counted.

The melody is the first track with notes that is not drums.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from engine.errors import InvalidArgument
from engine.generation import HIGHEST_PITCH, Continue, Fill, Prompt, Task
from engine.midi_ticks import FASTEST_BPM, SLOWEST_BPM
from engine.musical_time import Chord, TempoChange, TempoMap, TimeSignature
from engine.notes import Note, NoteTrack, by_onset

MOST_NOTES = 20_000
MODES = ("major", "minor", "ionian", "dorian", "phrygian", "lydian", "mixolydian", "aeolian", "locrian")
_LARGEST_NUMERATOR, _LARGEST_DENOMINATOR = 64, 32
_EARLY_QUARTERS = 1 / 12
_HELD_QUARTERS = 0.5


@dataclass(frozen=True)
class PromptBars:
    """The bars of a prompt."""

    metre: tuple[int, int]
    first_quarters: float
    """Where the first bar line lies, in quarter notes of the tempo map."""
    count: int

    @property
    def bar_quarters(self) -> float:
        """Length of a bar."""
        return 4 * self.metre[0] / self.metre[1]

    def line_quarters(self, index: int) -> float:
        """Returns where the bar line before bar `index` lies, counted from 0; `count` is the one after the prompt."""
        return self.first_quarters + index * self.bar_quarters


def checked(prompt: Prompt) -> Prompt:
    """Returns the prompt with its notes and its tempo map in order.

    Raises:
        InvalidArgument: it holds no notes, drums alone, too many notes, or something that is no music; the sentence
            says what.
    """
    notes = [note for track in prompt.tracks for note in track.notes]
    if not notes:
        raise _refusal("The selection holds no notes; select an item that does.")
    if not any(track.notes and not track.is_drum for track in prompt.tracks):
        raise _refusal("The selection holds drums alone, which have no pitches to go on from; select a melody.")
    if len(notes) > MOST_NOTES:
        raise _refusal(f"The selection holds {len(notes)} notes; select fewer bars, of at most {MOST_NOTES} notes.")
    for note in notes:
        _check_note(note)
    if prompt.key and (not 0 <= prompt.key.tonic <= 11 or prompt.key.mode not in MODES):
        raise InvalidArgument("The key has no such tonic or mode; write one such as A minor.", field="key")
    _check_chords(prompt.chords)
    tracks = tuple(replace(track, notes=by_onset(track.notes)) for track in prompt.tracks if track.notes)
    return replace(prompt, tracks=tracks, tempo_map=_checked_map(prompt.tempo_map))


def melody_of(prompt: Prompt) -> NoteTrack:
    """Returns the melody's track of a checked prompt."""
    return next(track for track in prompt.tracks if track.notes and not track.is_drum)


def bars_of(prompt: Prompt) -> PromptBars:
    """Returns the bars of a checked prompt."""
    notes, tempo_map = melody_of(prompt).notes, prompt.tempo_map
    last_sec = max(note.onset_sec for note in notes)
    signature = [s for s in tempo_map.time_signatures if s.time_sec <= last_sec + 1e-6][-1]
    origin = tempo_map.quarters_at(signature.time_sec)
    bar_quarters = 4 * signature.numerator / signature.denominator
    onsets = [tempo_map.quarters_at(n.onset_sec) for n in notes if n.onset_sec >= signature.time_sec - 1e-6]
    end = max(tempo_map.quarters_at(note.offset_sec) for note in notes)
    first = origin + (onsets[0] + _EARLY_QUARTERS - origin) // bar_quarters * bar_quarters
    begun = (max(onsets) + _EARLY_QUARTERS - first) // bar_quarters + 1
    held = math.ceil((end - _HELD_QUARTERS - first) / bar_quarters)
    return PromptBars((signature.numerator, signature.denominator), first, max(int(begun), held))


def written_bars(bars: PromptBars, task: Task) -> tuple[int, int]:
    """Returns the first bar that a task writes, counted from the prompt's first as 0, and how many."""
    if isinstance(task, Continue):
        return bars.count, task.bar_count
    if isinstance(task, Fill):
        return task.first_bar - 1, task.last_bar - task.first_bar + 1
    return 0, bars.count


def chords_over(labels: Iterable[str], begin_quarters: float, bar_quarters: float, prompt: Prompt) -> tuple[Chord, ...]:
    """Returns chords of a bar each, one after the other."""
    chords = []
    for number, label in enumerate(labels):
        onset_sec = prompt.tempo_map.seconds_at(begin_quarters + number * bar_quarters)
        end_sec = prompt.tempo_map.seconds_at(begin_quarters + (number + 1) * bar_quarters)
        chords.append(Chord(onset_sec, end_sec - onset_sec, label))
    return tuple(chords)


def _refusal(sentence: str) -> InvalidArgument:
    return InvalidArgument(sentence, field="prompt")


def _check_note(note: Note) -> None:
    if not 0 <= note.pitch <= HIGHEST_PITCH:
        raise _refusal(f"The selection has a note of pitch {note.pitch}; MIDI's pitches go from 0 to {HIGHEST_PITCH}.")
    if not 1 <= note.velocity <= 127:
        raise _refusal(f"The selection has a note of velocity {note.velocity}; MIDI's velocities go from 1 to 127.")
    is_finite = math.isfinite(note.onset_sec) and math.isfinite(note.duration_sec)
    if not is_finite or note.onset_sec < 0 or note.duration_sec < 0:
        raise _refusal("The selection has a note that begins before 0 s, or ends before it begins.")


def _check_chords(chords: Iterable[Chord]) -> None:
    for chord in chords:
        if not chord.label or not math.isfinite(chord.onset_sec) or not math.isfinite(chord.duration_sec):
            raise InvalidArgument("A chord has no name or no time; write one such as A:min7.", field="chords")


def _checked_map(tempo_map: TempoMap) -> TempoMap:
    """Returns the map with one change at each time: the last of several holds."""
    tempos = {tempo.time_sec: tempo for tempo in tempo_map.tempos}
    metres = {metre.time_sec: metre for metre in tempo_map.time_signatures}
    for tempo in tempos.values():
        _check_tempo(tempo)
    for metre in metres.values():
        _check_metre(metre)
    for times in (tempos, metres):
        if not times or list(times) != sorted(times) or min(times) != 0:
            raise InvalidArgument(
                "The tempo map must have tempos and metres in the order of their times, the first of each at 0 s.",
                field="tempo_map",
            )
    return TempoMap(tuple(tempos.values()), tuple(metres.values()))


def _check_tempo(tempo: TempoChange) -> None:
    if not math.isfinite(tempo.time_sec) or not SLOWEST_BPM <= tempo.quarter_bpm <= FASTEST_BPM:
        raise InvalidArgument(
            f"A tempo of {tempo.quarter_bpm:g} quarter notes per minute is not between {SLOWEST_BPM:.2f} and "
            f"{FASTEST_BPM:g}.",
            field="tempo_map",
        )


def _check_metre(metre: TimeSignature) -> None:
    is_power_of_two = 1 <= metre.denominator <= _LARGEST_DENOMINATOR and metre.denominator.bit_count() == 1
    if not math.isfinite(metre.time_sec) or not is_power_of_two or not 1 <= metre.numerator <= _LARGEST_NUMERATOR:
        raise InvalidArgument(
            f"There is no metre of {metre.numerator}/{metre.denominator}; write one such as 4/4, 7/8 or 12/8.",
            field="tempo_map",
        )
