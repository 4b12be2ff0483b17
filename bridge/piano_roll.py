"""A picture of a transcription: the notes over the spectrogram of the audio that they were heard in.

Time runs in systems, one under the other, as in a score; the spectrogram has a pitch axis of its own
(`bridge.pitch_spectrogram`), so that a note lies on its fundamental, with its overtones above it. Over each system
stand bar numbers and chords, where they are known; under it, drums have a lane for each kind of instrument.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile as sf
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from numpy.typing import NDArray

from bridge.midi.bars import beats
from bridge.midi.notes import Beat, Chord, NoteTrack, TempoMap
from bridge.piano_roll_parts import (
    DRUM_COLOUR,
    INK,
    SOFT_INK,
    TRACK_COLOURS,
    draw_bar_lines,
    draw_chords,
    draw_drums,
    draw_keyboard,
    draw_notes,
    draw_spectrogram,
    drum_lanes,
)
from bridge.pitch_spectrogram import PitchRange, pitch_spectrogram

LONGEST_SYSTEM_SEC = 25.0
MOST_SYSTEMS = 8
"""Pieces that need more have longer systems instead."""
FEWEST_PITCHES = 36
"""Fewer would make notes taller than is beautiful."""
_QUIETEST_DB = -50.0  # what is drawn darkest, however quiet all of it is
_COLUMNS = 1400  # of a system: about one for each pixel

# Lengths in inches.
_WIDTH, _DPI = 15.0, 120
_LEFT, _RIGHT, _KEYBOARD = 0.7, 0.25, 0.2
_HEADER, _STRIP, _NO_STRIP, _LANE, _TIME_AXIS = 0.62, 0.42, 0.08, 0.17, 0.42
_LEGEND_ROW, _LEGEND_COLUMNS, _NAMES_BESIDE_TITLE = 0.24, 7, 45  # characters
_SEMITONE, _SMALLEST_ROLL, _LARGEST_ROLL = 0.062, 2.3, 4.2


@dataclass(frozen=True)
class Score:
    """What was heard."""

    title: str
    tracks: tuple[NoteTrack, ...]
    tempo_map: TempoMap | None = None
    chords: tuple[Chord, ...] = ()
    key_name: str = ""


@dataclass(frozen=True)
class _Page:
    """What all systems share."""

    score: Score
    colours: tuple[str, ...]
    """Of each track."""
    pitches: PitchRange
    lanes: tuple[str, ...]
    """Drum lanes, from the bottom; none when there are no drums."""
    beats: tuple[Beat, ...]
    duration_sec: float
    system_count: int
    strip_height: float
    """Of bar numbers and chords, or of nothing where there are none."""
    legend_rows: int
    """Lines under the title that the names of the tracks need; 0 where they stand beside it."""

    @property
    def system_sec(self) -> float:
        return self.duration_sec / self.system_count

    @property
    def roll_height(self) -> float:
        pitch_count = self.pitches.highest - self.pitches.lowest + 1
        return min(max(pitch_count * _SEMITONE, _SMALLEST_ROLL), _LARGEST_ROLL)

    @property
    def system_height(self) -> float:
        return self.strip_height + self.roll_height + _LANE * len(self.lanes) + _TIME_AXIS

    @property
    def header_height(self) -> float:
        return _HEADER + self.legend_rows * _LEGEND_ROW

    @property
    def height(self) -> float:
        return self.header_height + self.system_count * self.system_height


def draw_piano_roll(audio: Path, score: Score, target: Path) -> None:
    """Writes a PNG with the notes over the audio's spectrogram.

    Args:
        audio: what was transcribed: a WAV, FLAC, AIFF, OGG or MP3 file.
        score: what was heard in it.
        target: where to write.
    """
    page = _lay_out(score, sf.info(audio).duration)
    figure = Figure(figsize=(_WIDTH, page.height), dpi=_DPI, facecolor="white")
    _draw_header(figure, page)
    spans = list(_spans(page))
    spectra = [pitch_spectrogram(audio, *span_sec, page.pitches, _COLUMNS) for span_sec in spans]
    loudest_db = max(_QUIETEST_DB, *(float(np.percentile(levels, 99.7)) for levels in spectra))
    for index, (span_sec, levels) in enumerate(zip(spans, spectra, strict=True)):
        top = page.height - page.header_height - index * page.system_height
        _draw_system(figure, page, top, span_sec, levels, loudest_db)
    figure.savefig(target, format="png")


def _lay_out(score: Score, audio_sec: float) -> _Page:
    duration_sec = max(audio_sec, 0.1)
    pitches = [note.pitch for track in score.tracks if not track.is_drum for note in track.notes] or [48, 72]
    missing = max(0, FEWEST_PITCHES - (max(pitches) - min(pitches) + 5))
    lowest = max(0, min(pitches) - 2 - missing // 3)
    names = [_track_name(track) for track in score.tracks if track.notes]
    colours = iter(TRACK_COLOURS * len(score.tracks))
    return _Page(
        score=score,
        colours=tuple(DRUM_COLOUR if track.is_drum else next(colours) for track in score.tracks),
        pitches=PitchRange(lowest, min(127, max(max(pitches) + 2, lowest + FEWEST_PITCHES))),
        lanes=drum_lanes(score.tracks),
        beats=tuple(beats(score.tempo_map, duration_sec)) if score.tempo_map else (),
        duration_sec=duration_sec,
        system_count=min(math.ceil(duration_sec / LONGEST_SYSTEM_SEC), MOST_SYSTEMS),
        legend_rows=0 if len(" ".join(names)) <= _NAMES_BESIDE_TITLE else math.ceil(len(names) / _LEGEND_COLUMNS),
        strip_height=_STRIP if score.tempo_map or score.chords else _NO_STRIP,
    )


def _spans(page: _Page) -> Iterator[tuple[float, float]]:
    """Yields beginning and end of each system in seconds."""
    for index in range(page.system_count):
        yield index * page.system_sec, (index + 1) * page.system_sec


def _draw_header(figure: Figure, page: _Page) -> None:
    """Draws title, key, tempo and metre on the left, and whose colour is which."""
    score, baseline = page.score, 1 - 0.36 / page.height
    left = _LEFT / _WIDTH
    title = figure.text(left, baseline, _shortened(score.title, 50), color=INK, fontsize=15, fontweight="bold")
    facts = [score.key_name]
    if score.tempo_map:
        tempos = [change.quarter_bpm for change in score.tempo_map.tempos]
        spread = f"{tempos[0]:.0f}" if max(tempos) - min(tempos) < 1 else f"{min(tempos):.0f}–{max(tempos):.0f}"
        metre = score.tempo_map.time_signatures[0]
        facts += [f"♩ = {spread}", f"{metre.numerator}/{metre.denominator}"]
    figure.canvas.draw()
    width = title.get_window_extent().width / (_WIDTH * _DPI)
    text = "   ·   ".join(filter(None, facts))
    figure.text(left + width + 0.02, baseline, text, color=SOFT_INK, fontsize=11)
    _draw_legend(figure, page)


def _draw_legend(figure: Figure, page: _Page) -> None:
    handles = [
        Patch(color=colour, label=_track_name(track))
        for track, colour in zip(page.score.tracks, page.colours, strict=True)
        if track.notes
    ]
    beside, below = (1 - _RIGHT / _WIDTH, 1 - 0.1 / page.height), ((_LEFT - 0.1) / _WIDTH, 1 - 0.45 / page.height)
    if handles:
        figure.legend(
            handles=handles, loc="upper left" if page.legend_rows else "upper right", frameon=False,
            bbox_to_anchor=below if page.legend_rows else beside, ncols=_LEGEND_COLUMNS, fontsize=10, labelcolor=INK,
            handlelength=0.9, handleheight=0.9, columnspacing=1.4,
        )  # fmt: skip


def _track_name(track: NoteTrack) -> str:
    return _shortened(track.name or "notes", 20)


def _draw_system(
    figure: Figure,
    page: _Page,
    top: float,
    span_sec: tuple[float, float],
    levels: NDArray[np.float32],
    loudest_db: float,
) -> None:
    """Draws one system, whose upper edge is `top` inches above the lower edge of the page."""
    width = _WIDTH - _LEFT - _RIGHT
    roll_bottom = top - page.strip_height - page.roll_height
    lanes_height = _LANE * len(page.lanes)

    def axes(bottom: float, height: float, left: float = _LEFT, axes_width: float = width) -> Axes:
        box = (left / _WIDTH, bottom / page.height, axes_width / _WIDTH, height / page.height)
        return _bare(figure.add_axes(box))

    strip = axes(top - page.strip_height, page.strip_height)
    roll = axes(roll_bottom, page.roll_height)
    draw_keyboard(axes(roll_bottom, page.roll_height, _LEFT - _KEYBOARD, _KEYBOARD), page.pitches)
    draw_spectrogram(roll, levels, loudest_db, span_sec, page.pitches)
    draw_notes(roll, page.score.tracks, page.colours, span_sec)
    timed = [strip, roll]
    if page.lanes:
        drums = axes(roll_bottom - lanes_height, lanes_height)
        draw_drums(drums, page.score.tracks, page.lanes, span_sec)
        timed.append(drums)
    for one in timed:
        one.set_xlim(span_sec)
    draw_bar_lines(timed[1:], page.beats, span_sec)
    draw_chords(strip, page.score.chords, page.beats, span_sec, page.system_sec / width)
    _mark_time(timed[-1], span_sec)


def _bare(axes: Axes) -> Axes:
    """Returns the axes without frame and ticks."""
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)
    return axes


def _mark_time(axes: Axes, span_sec: tuple[float, float]) -> None:
    """Writes the time under a system, at whole seconds, ten or so."""
    start_sec, end_sec = span_sec
    steps_sec = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600)
    step_sec = next((step for step in steps_sec if (end_sec - start_sec) / step <= 12), steps_sec[-1])
    times_sec = np.arange(math.ceil(start_sec / step_sec - 1e-9), math.floor(end_sec / step_sec + 1e-9) + 1) * step_sec
    axes.set_xticks(times_sec, [_clock_face(time_sec, step_sec) for time_sec in times_sec])
    axes.tick_params(axis="x", colors=SOFT_INK, labelsize=9, length=3, width=0.8)


def _clock_face(time_sec: float, step_sec: float) -> str:
    minutes, seconds = divmod(round(time_sec, 3), 60)
    return f"{minutes:.0f}:{seconds:02.0f}" if step_sec >= 1 else f"{minutes:.0f}:{seconds:04.1f}"


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
