"""A picture of candidates: a piano roll for each, best first, after the bars of the prompt that it follows or is in.

The prompt is grey, so that all colour is the candidate's; a line marks where a candidate begins.
"""

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bridge.generation import Candidate, Generation, GenerationWish
from bridge.hearing import LEAD_BARS, end_sec, lead_sec, placed_tracks
from bridge.midi.bars import beats
from bridge.midi.notes import Beat, NoteTrack
from bridge.piano_roll_parts import INK, SOFT_INK, TRACK_COLOURS, draw_bar_lines, draw_keyboard, draw_notes
from bridge.pitch_spectrogram import PitchRange

FEWEST_PITCHES = 18
_PROMPT_COLOUR = "#8b95a3"
_CONTEXT_COLOUR = "#c6ccd4"

# Lengths in inches.
_WIDTH, _DPI = 13.0, 120
_LEFT, _RIGHT, _KEYBOARD = 1.15, 0.25, 0.2
_HEADER, _ROLL, _GAP, _FOOTER = 0.62, 1.9, 0.2, 0.3


def draw_candidates(title: str, wish: GenerationWish, found: Generation, target: Path) -> None:
    """Writes a PNG with the prompt's last bars and the candidates.

    Args:
        title: what the prompt is called.
        wish: what was asked for.
        found: what was written.
        target: where to write.
    """
    count = len(found.candidates)
    height = _HEADER + count * (_ROLL + _GAP) + _FOOTER
    figure = Figure(figsize=(_WIDTH, height), dpi=_DPI, facecolor="white")
    _draw_header(figure, title, found, height)
    span_sec = lead_sec(wish.prompt, found.begin_sec), end_sec(wish.prompt, found)
    grid = tuple(beats(wish.prompt.tempo_map, span_sec[1] + 1e-6))
    pitches = _pitches(wish, found, span_sec)
    for index, candidate in enumerate(found.candidates):
        bottom = height - _HEADER - index * (_ROLL + _GAP) - _ROLL
        width = _WIDTH - _LEFT - _RIGHT
        roll = _axes(figure, _LEFT, bottom, width, height)
        draw_keyboard(_axes(figure, _LEFT - _KEYBOARD, bottom, _KEYBOARD, height), pitches)
        _draw_roll(roll, wish, found, candidate, span_sec, pitches, grid)
        figure.text(0.02, (bottom + _ROLL - 0.2) / height, str(index + 1), color=INK, fontsize=14, fontweight="bold")
        figure.text(0.02, (bottom + _ROLL - 0.4) / height, f"{candidate.score:.2f}", color=SOFT_INK, fontsize=9)
    _number_bars(roll, grid, span_sec)
    figure.savefig(target, format="png")


def _draw_header(figure: Figure, title: str, found: Generation, height: float) -> None:
    baseline = 1 - 0.38 / height
    drawn = figure.text(0.02, baseline, title[:50], color=INK, fontsize=15, fontweight="bold")
    figure.canvas.draw()
    right = drawn.get_window_extent().x1 / (_WIDTH * _DPI)
    numerator, denominator = found.metre
    facts = f"{found.key.name}   ·   ♩ = {found.quarter_bpm:.0f}   ·   {numerator}/{denominator}   ·   {found.model}"
    figure.text(right + 0.02, baseline, facts, color=SOFT_INK, fontsize=11)


def _axes(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    axes = figure.add_axes((left / _WIDTH, bottom / height, width / _WIDTH, _ROLL / height))
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
    return axes


def _draw_roll(
    axes: Axes,
    wish: GenerationWish,
    found: Generation,
    candidate: Candidate,
    span_sec: tuple[float, float],
    pitches: PitchRange,
    grid: tuple[Beat, ...],
) -> None:
    axes.set_facecolor("#fafbfc")
    axes.set_xlim(span_sec)
    axes.set_ylim(pitches.lowest - 0.5, pitches.highest + 0.5)
    draw_bar_lines([axes], grid, span_sec)
    prompt = wish.prompt.tracks
    draw_notes(axes, prompt, [_PROMPT_COLOUR, *[_CONTEXT_COLOUR] * (len(prompt) - 1)], span_sec)
    placed = placed_tracks(found, candidate)
    draw_notes(axes, placed, TRACK_COLOURS[: len(placed)], span_sec)
    axes.axvline(found.begin_sec, color=TRACK_COLOURS[0], linewidth=1.6, zorder=5)


def _pitches(wish: GenerationWish, found: Generation, span_sec: tuple[float, float]) -> PitchRange:
    """Returns the range of everything that is shown."""
    tracks: list[NoteTrack] = [track for candidate in found.candidates for track in placed_tracks(found, candidate)]
    tracks += [track for track in wish.prompt.tracks if not track.is_drum]
    begin, end = span_sec
    notes = (note for track in tracks for note in track.notes)
    shown = [note.pitch for note in notes if note.offset_sec > begin and note.onset_sec < end] or [60]
    lowest = max(0, min(shown) - 2 - max(0, FEWEST_PITCHES - (max(shown) - min(shown) + 5)) // 2)
    return PitchRange(lowest, min(127, max(max(shown) + 2, lowest + FEWEST_PITCHES)))


def _number_bars(axes: Axes, grid: tuple[Beat, ...], span_sec: tuple[float, float]) -> None:
    """Writes the numbers of the bars, counted from the file's first, under the last roll."""
    lines = [beat.time_sec for beat in grid if beat.bar_position == 1]
    shown = [(time_sec, str(number)) for number, time_sec in enumerate(lines, 1) if time_sec >= span_sec[0] - 1e-6]
    step = 1 + len(shown) // (6 * LEAD_BARS)
    axes.set_xticks([time_sec for time_sec, _ in shown[::step]], [number for _, number in shown[::step]])
    axes.tick_params(axis="x", colors=SOFT_INK, labelsize=9, length=0)
