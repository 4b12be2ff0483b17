"""The parts of a piano roll, each drawn into axes of its own: spectrogram, notes, keyboard, drums, bars and chords."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from numpy.typing import NDArray

from bridge.midi.chord_symbols import NO_CHORD, chord_symbol
from bridge.midi.notes import Beat, Chord, Note, NoteTrack, pitch_name
from bridge.pitch_spectrogram import PitchRange

DRUM_LANES = {
    "kick": (35, 36),
    "snare": (37, 38, 39, 40),
    "toms": (41, 43, 45, 47, 48, 50),
    "hi-hat": (42, 44, 46),
    "cymbals": (49, 51, 52, 53, 55, 57, 59),
    "other": (),
}
"""General MIDI pitches of each lane, from the bottom; the last has all that no other has."""
INK, SOFT_INK = "#2b2f36", "#7b828c"
TRACK_COLOURS = ("#e4572e", "#2779bd", "#0f9d76", "#8f4fd6", "#e09b00", "#cf2f6b", "#0b95a3", "#6b7f1f")
DRUM_COLOUR = "#3d4452"
_SPECTRUM = LinearSegmentedColormap.from_list("spectrum", ("#fafbfc", "#e9edf1", "#c3ccd6", "#8795a5", "#3f4b5a"))
_BAR_LINE, _BEAT_LINE, _LANE_COLOURS = "#6f7a88", "#b9c1ca", ("#f3f5f7", "#fafbfc")
_CHORD_COLOURS = ("#e3e9f0", "#eef2f6")
_RANGE_DB = 45.0
_NOTE_HEIGHT = 0.76
_BLACK_KEYS = (1, 3, 6, 8, 10)
_CHARACTER_INCHES = 0.095  # of a chord's symbol


def drum_lanes(tracks: Sequence[NoteTrack]) -> tuple[str, ...]:
    """Returns the lanes that the drums need: the usual ones if there are any drums, and “other” if something is."""
    lanes = {_lane_of(note.pitch) for track in tracks if track.is_drum for note in track.notes}
    return tuple(lane for lane in DRUM_LANES if lanes and (lane != "other" or lane in lanes))


def _lane_of(pitch: int) -> str:
    return next((lane for lane, pitches in DRUM_LANES.items() if pitch in pitches), "other")


def draw_spectrogram(
    axes: Axes, levels_db: NDArray[np.float32], loudest_db: float, span_sec: tuple[float, float], pitches: PitchRange
) -> None:
    """Draws the levels in greys, so that all colour is the notes'."""
    extent = (*span_sec, pitches.lowest - 0.5, pitches.highest + 0.5)
    axes.imshow(
        levels_db, cmap=_SPECTRUM, vmin=loudest_db - _RANGE_DB, vmax=loudest_db, extent=extent, origin="lower",
        aspect="auto", interpolation="bilinear", zorder=0,
    )  # fmt: skip
    axes.set_ylim(extent[2:])


def draw_notes(axes: Axes, tracks: Sequence[NoteTrack], colours: Sequence[str], span_sec: tuple[float, float]) -> None:
    """Draws each note as a bar, the louder the more opaque, and its pitch curve if it has one."""
    for track, colour in zip(tracks, colours, strict=True):
        notes = [] if track.is_drum else list(_within(track.notes, span_sec))
        bars = PolyCollection(
            [_bar(note) for note in notes],
            facecolors=[(*to_rgb(colour), 0.35 + 0.5 * note.velocity / 127) for note in notes],
            edgecolors=[colour], linewidths=0.9, zorder=3,
        )  # fmt: skip
        axes.add_collection(bars, autolim=False)
        curves = [_curve(note) for note in notes if note.bends]
        axes.add_collection(LineCollection(curves, colors=[INK], linewidths=0.9, zorder=4), autolim=False)


def _within(notes: Sequence[Note], span_sec: tuple[float, float]) -> Iterator[Note]:
    return (note for note in notes if note.onset_sec < span_sec[1] and note.offset_sec > span_sec[0])


def _bar(note: Note) -> list[tuple[float, float]]:
    low, high = note.pitch - _NOTE_HEIGHT / 2, note.pitch + _NOTE_HEIGHT / 2
    return [(note.onset_sec, low), (note.onset_sec, high), (note.offset_sec, high), (note.offset_sec, low)]


def _curve(note: Note) -> list[tuple[float, float]]:
    return [(note.onset_sec + bend.offset_sec, note.pitch + bend.semitones) for bend in note.bends]


def draw_keyboard(axes: Axes, pitches: PitchRange) -> None:
    """Draws a keyboard on its side, with the names of its Cs."""
    axes.set_facecolor("white")
    axes.set_ylim(pitches.lowest - 0.5, pitches.highest + 0.5)
    axes.set_xlim(0, 1)
    numbers = range(pitches.lowest, pitches.highest + 1)
    black = [pitch for pitch in numbers if pitch % 12 in _BLACK_KEYS]
    axes.barh(black, 0.62, height=0.8, color=INK, linewidth=0)
    # White keys meet between E and F, between B and C, and in the middle of the black ones.
    borders = [pitch - 0.5 for pitch in numbers if pitch % 12 in (0, 5)] + [float(pitch) for pitch in black]
    axes.hlines(borders, [0.62 if border in black else 0 for border in borders], 1, color="#aab1ba", linewidth=0.6)
    for side in ("left", "right", "top", "bottom"):
        axes.spines[side].set_visible(True)
        axes.spines[side].set_color("#aab1ba")
    cs = [pitch for pitch in numbers if pitch % 12 == 0]
    axes.set_yticks(cs, [pitch_name(pitch) for pitch in cs])
    axes.tick_params(axis="y", colors=INK, labelsize=9, length=0)


def draw_drums(axes: Axes, tracks: Sequence[NoteTrack], lanes: Sequence[str], span_sec: tuple[float, float]) -> None:
    """Draws each stroke in its instrument's lane, the louder the larger."""
    for place in range(len(lanes)):
        axes.axhspan(place - 0.5, place + 0.5, color=_LANE_COLOURS[place % 2], linewidth=0, zorder=0)
    strokes = [note for track in tracks if track.is_drum for note in _within(track.notes, span_sec)]
    axes.scatter(
        [note.onset_sec for note in strokes], [lanes.index(_lane_of(note.pitch)) for note in strokes],
        s=[6 + 34 * note.velocity / 127 for note in strokes], color=DRUM_COLOUR, linewidth=0, marker="D", zorder=3,
    )  # fmt: skip
    axes.set_ylim(-0.5, len(lanes) - 0.5)
    axes.set_yticks(range(len(lanes)), lanes)
    axes.tick_params(axis="y", colors=SOFT_INK, labelsize=8, length=0)


def draw_bar_lines(stack: Sequence[Axes], beats: Sequence[Beat], span_sec: tuple[float, float]) -> None:
    """Draws bar lines and, thinner, the other beats through all axes of a system."""
    shown = [beat for beat in beats if span_sec[0] <= beat.time_sec < span_sec[1]]
    for axes in stack:
        for beat in shown:
            is_downbeat = beat.bar_position == 1
            colour, width = (_BAR_LINE, 0.9) if is_downbeat else (_BEAT_LINE, 0.5)
            axes.axvline(beat.time_sec, color=colour, linewidth=width, zorder=2)


def draw_chords(
    axes: Axes,
    chords: Sequence[Chord],
    beats: Sequence[Beat],
    span_sec: tuple[float, float],
    seconds_per_inch: float,
) -> None:
    """Draws bar numbers, and under them the chords; a symbol that has no room is left out."""
    axes.set_ylim(0, 1)
    bars = enumerate((beat.time_sec for beat in beats if beat.bar_position == 1), 1)
    shown = [(bar, time_sec) for bar, time_sec in bars if span_sec[0] <= time_sec < span_sec[1]]
    every = _bar_step([time_sec for _, time_sec in shown], seconds_per_inch)
    for bar, time_sec in shown:
        if (bar - 1) % every == 0:
            axes.text(time_sec, 0.74, str(bar), color=SOFT_INK, fontsize=8.5, ha="center", va="center")
    for index, (symbol, onset_sec, offset_sec) in enumerate(_changes(chords)):
        start_sec, end_sec = max(onset_sec, span_sec[0]), min(offset_sec, span_sec[1])
        if start_sec >= end_sec:
            continue
        if symbol != NO_CHORD:
            axes.axvspan(start_sec, end_sec, 0.06, 0.52, color=_CHORD_COLOURS[index % 2], linewidth=0)
        if end_sec - start_sec > (len(symbol) + 0.5) * _CHARACTER_INCHES * seconds_per_inch:
            colour = SOFT_INK if symbol == NO_CHORD else INK
            axes.text(start_sec + 0.05 * seconds_per_inch, 0.27, symbol, color=colour, fontsize=10, va="center")


def _changes(chords: Sequence[Chord]) -> Iterator[tuple[str, float, float]]:
    """Yields symbol, onset and end of each chord, with equal ones that follow each other as one."""
    for symbol, group in groupby(chords, key=lambda chord: chord_symbol(chord.label)):
        held = list(group)
        yield symbol, held[0].onset_sec, held[-1].onset_sec + held[-1].duration_sec


def _bar_step(downbeats_sec: Sequence[float], seconds_per_inch: float) -> int:
    """Returns how many bars to count on from one number to the next, so that numbers keep their distance."""
    if len(downbeats_sec) < 2:
        return 1
    bar_sec = (downbeats_sec[-1] - downbeats_sec[0]) / (len(downbeats_sec) - 1)
    return next(step for step in (1, 2, 4, 8, 16, 32, 64, 1 << 20) if step * bar_sec > 0.3 * seconds_per_inch)
