"""An order for music: what is asked, checked before it waits in the queue, and the candidates as they are written.

    prompt, task ─ plan_generation: is it music, is it in the bars, where do chords go ─ wish
    wish ─ write_candidates: the generator's candidates, each as soon as it is there
         ─ sounding_tracks, write_candidate_midi: in seconds from the bar line at which it begins, with instruments

A generator checks its own limits besides (which metres it knows, which constraints leave it room); what it refuses
fails the job with its sentence.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from engine.backends import find_card
from engine.backends.base import Card, Report
from engine.errors import InvalidArgument
from engine.generation import MOST_BARS, Accompany, Candidate, Continue, Fill, Prompt, Task, Wish
from engine.midi_file import write_midi
from engine.musical_time import TempoChange, TempoMap, TimeSignature
from engine.notes import NoteTrack
from engine.prompt import PromptBars, bars_of, checked, chords_over, melody_of, written_bars
from engine.worker import Worker

ELECTRIC_BASS = 33
"""General MIDI program of a part that the prompt has no instrument for; chords play the piano, 0."""


@dataclass(frozen=True)
class GenerationOrder:
    """What to write, checked by `plan_generation`."""

    model: str
    wish: Wish
    bar_chords: tuple[str, ...] = ()
    """Chords of the bars to write, one each, over and over; placed into the prompt by `plan_generation`."""

    def parameters(self) -> dict[str, Any]:
        """Returns everything that decides the result, ready for JSON."""
        wish = asdict(self.wish)
        wish["constraints"]["pitch_classes"] = sorted(wish["constraints"]["pitch_classes"])
        return {"task": type(self.wish.task).__name__, "wish": wish}


def plan_generation(order: GenerationOrder) -> GenerationOrder:
    """Returns the order with its default model filled in, a checked prompt, and its chords at their bars.

    Raises:
        ModelNotFound: there is no such generator.
        InvalidArgument: the prompt is no music to go on from, or the task asks for bars or parts that are not there.
    """
    card = find_card(order.model, "generation")
    prompt = checked(order.wish.prompt)
    bars = bars_of(prompt)
    _check_task(order.wish.task, bars, card)
    if order.bar_chords:
        first, count = written_bars(bars, order.wish.task)
        labels = islice(cycle(order.bar_chords), count)
        placed = chords_over(labels, bars.line_quarters(first), bars.bar_quarters, prompt)
        prompt = replace(prompt, chords=(*prompt.chords, *placed))
    return GenerationOrder(card.name, replace(order.wish, prompt=prompt))


def write_candidates(order: GenerationOrder, worker: Worker, report: Report) -> Iterator[Candidate]:
    """Yields the candidates of a planned order as they are written; call it on the worker's thread.

    Raises:
        InvalidArgument: the generator cannot meet the wish.
    """
    generator = worker.generator(find_card(order.model, "generation"), report)
    yield from generator.generate(order.wish, report)


def sounding_tracks(candidate: Candidate, prompt: Prompt) -> tuple[NoteTrack, ...]:
    """Returns the candidate's parts, in seconds from the bar line at which it begins.

    The melody plays the prompt's instrument.
    """
    begin_sec = prompt.tempo_map.seconds_at(candidate.begins_quarters)
    programs = {"melody": melody_of(prompt).program, "bass": ELECTRIC_BASS}
    return tuple(
        replace(
            track,
            program=programs.get(track.name, 0),
            notes=tuple(replace(note, onset_sec=max(0.0, note.onset_sec - begin_sec)) for note in track.notes),
        )
        for track in candidate.to_tracks(prompt.tempo_map)
    )


def write_candidate_midi(path: Path, candidates: Sequence[Candidate], prompt: Prompt) -> None:
    """Writes a MIDI file with the candidates as tracks, from the bar line at which they begin, without the prompt."""
    tracks = [
        replace(track, name=_track_name(number, track.name, is_alone=len(candidates) == 1))
        for number, candidate in enumerate(candidates, 1)
        for track in sounding_tracks(candidate, prompt)
    ]
    first = candidates[0]
    begin_sec = prompt.tempo_map.seconds_at(first.begins_quarters)
    write_midi(path, tracks, tempo_map_from(prompt.tempo_map, begin_sec, first.metre), key=first.key)


def tempo_map_from(tempo_map: TempoMap, begin_sec: float, metre: tuple[int, int]) -> TempoMap:
    """Returns the tempos from a moment on, which becomes 0, in one metre."""
    held = [tempo for tempo in tempo_map.tempos if tempo.time_sec <= begin_sec + 1e-9][-1]
    later = (tempo for tempo in tempo_map.tempos if tempo.time_sec > begin_sec + 1e-9)
    tempos = (
        TempoChange(0.0, held.quarter_bpm),
        *(replace(tempo, time_sec=tempo.time_sec - begin_sec) for tempo in later),
    )
    return TempoMap(tempos, (TimeSignature(0.0, *metre),))


def _track_name(number: int, part: str, *, is_alone: bool) -> str:
    if is_alone:
        return part
    return f"candidate {number}" if part == "melody" else f"candidate {number} {part}"


def _check_task(task: Task, bars: PromptBars, card: Card) -> None:
    if isinstance(task, Fill) and not 1 <= task.first_bar <= task.last_bar <= bars.count:
        raise InvalidArgument(
            f"Bars {task.first_bar} to {task.last_bar} are not in the selection, which has bars 1 to {bars.count}.",
            field="first_bar",
        )
    if isinstance(task, Accompany) and not set(task.parts) <= set(card.outputs) - {"melody"}:
        known = " and ".join(part for part in card.outputs if part != "melody")
        raise InvalidArgument(
            f"The model “{card.name}” accompanies with {known}, not with {', '.join(task.parts)}.", field="parts"
        )
    count = written_bars(bars, task)[1]
    if not 1 <= count <= MOST_BARS:
        raise InvalidArgument(
            f"{count} bars cannot be written at once; choose 1 to {MOST_BARS}"
            + (", or select fewer of them." if not isinstance(task, Continue) else "."),
            field="bar_count",
        )
