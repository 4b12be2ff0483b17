"""How a candidate sounds where it stands: after the last bars of its prompt, or among the prompt's own notes."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from bridge.generation import Candidate, Generation, GenerationTask, GenerationWish, Prompt
from bridge.midi.bars import QuarterGrid, beats
from bridge.midi.notes import NoteTrack

LEAD_BARS = 4
"""So many bars of the prompt are heard before a candidate."""


def heard_tracks(wish: GenerationWish, found: Generation, candidate: Candidate) -> tuple[NoteTrack, ...]:
    """Returns the notes of prompt and candidate together, in seconds from where listening begins."""
    start_sec = lead_sec(wish.prompt, found.begin_sec)
    placed = placed_tracks(found, candidate)
    return tuple(_moved(track, -start_sec) for track in (*_context(wish, found, candidate, start_sec), *placed))


def placed_tracks(found: Generation, candidate: Candidate) -> tuple[NoteTrack, ...]:
    """Returns the candidate's tracks in the time of the prompt."""
    return tuple(_moved(track, found.begin_sec) for track in candidate.tracks)


def lead_sec(prompt: Prompt, begin_sec: float) -> float:
    """Returns the bar line that lies LEAD_BARS before a candidate, or 0."""
    lines = [beat.time_sec for beat in beats(prompt.tempo_map, begin_sec) if beat.bar_position == 1]
    before = bisect_left(lines, begin_sec - 1e-6)
    return lines[max(0, before - LEAD_BARS)] if before else 0.0


def end_sec(prompt: Prompt, found: Generation) -> float:
    """Returns the bar line at which the candidates end, in the time of the prompt."""
    grid = QuarterGrid(prompt.tempo_map)
    numerator, denominator = found.metre
    length_quarters = found.bar_count * numerator * 4 / denominator
    return grid.seconds_at(grid.quarters_at(found.begin_sec) + length_quarters)


def _context(wish: GenerationWish, found: Generation, candidate: Candidate, start_sec: float) -> Iterator[NoteTrack]:
    """Yields what of the prompt is heard beside a candidate, which replaces what it stands for."""
    begin, end = found.begin_sec, end_sec(wish.prompt, found)
    replaced = _replaced(wish, candidate)
    for track in wish.prompt.tracks:
        notes = tuple(
            note
            for note in track.notes
            if start_sec - 1e-6 <= note.onset_sec
            and not (track in replaced and begin - 1e-6 <= note.onset_sec < end - 1e-6)
            and not (wish.task is GenerationTask.CONTINUE and note.onset_sec >= begin)
        )
        if notes:
            yield replace(track, notes=notes)


def _replaced(wish: GenerationWish, candidate: Candidate) -> tuple[NoteTrack, ...]:
    """Returns the tracks of the prompt for which the candidate has other notes."""
    melody, *others = wish.prompt.tracks
    parts = {track.name for track in candidate.tracks}
    accompaniment = [track for track in others if not track.is_drum] if parts & {"chords", "bass"} else []
    return (*([melody] if "melody" in parts else []), *accompaniment)


def _moved(track: NoteTrack, by_sec: float) -> NoteTrack:
    return replace(
        track, notes=tuple(replace(note, onset_sec=max(0.0, note.onset_sec + by_sec)) for note in track.notes)
    )
