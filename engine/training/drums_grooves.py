"""Writes drum parts: grooves in many styles, metres and tempi, with fills and human timing, and random hits.

A style says how likely each piece is on every sixteenth of a beat's place in the bar; a groove draws a pattern from it
once, keeps it for some bars, varies it a little, and ends phrases with a fill. Metres other than four quarters take
the beats that they need; triplet feels play three notes to a beat. None of it is taken from any recording or score.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from engine.training.drums_strokes import PIECES, Stroke

SOFTEST = 30
"""The lowest velocity that is played: softer strokes are not heard under a hi-hat."""
_TOMS = ("high tom", "mid tom", "low tom")
_CRASHES = ("crash", "crash", "crash", "splash", "china")


@dataclass(frozen=True)
class Style:
    """A family of grooves. Patterns are digits, one for each sixteenth of four beats: 9 is always, 0 never."""

    kick: str
    snare: str
    timekeepers: tuple[str, ...]
    """Pieces that mark the time; one is chosen for a part."""
    rates: tuple[str, ...]
    """How often it is struck, four digits for the sixteenths of one beat; one is chosen for a part."""
    ghosts: float = 0.0
    """Chance of a soft snare stroke where none is."""
    openings: float = 0.05
    """Chance that a closed hi-hat is open."""
    pedal: float = 0.0
    """Chance that the foot closes the hi-hat on beats two and four."""
    tempo_bpm: tuple[int, int] = (80, 150)


_EIGHTHS, _QUARTERS, _SIXTEENTHS, _OFFBEATS = "9090", "9000", "9999", "0090"
STYLES = (
    Style("9000000090200300", "0000900000009000", ("closed hi-hat", "ride", "open hi-hat"), (_EIGHTHS, _QUARTERS)),
    Style("9000003090900010", "0000900000009001", ("closed hi-hat",), (_EIGHTHS, _SIXTEENTHS), 0.05, 0.1),
    Style("9003001000902300", "0000900200009002", ("closed hi-hat", "ride"), ("9292", _SIXTEENTHS), 0.25, 0.08),
    Style("9000900090009000", "0000900000009000", ("open hi-hat", "closed hi-hat"), (_OFFBEATS, "9290"), 0.0, 0.2,
          tempo_bpm=(115, 140)),
    Style("9000900090009000", "0000000000000000", ("closed hi-hat", "open hi-hat"), (_OFFBEATS, _SIXTEENTHS),
          tempo_bpm=(118, 145)),
    Style("9002000300900020", "0000900000009000", ("closed hi-hat",), (_EIGHTHS, "9393", _SIXTEENTHS), 0.08,
          tempo_bpm=(70, 105)),
    Style("9000000000300000", "0000000090000000", ("closed hi-hat", "ride", "crash"), (_EIGHTHS, _QUARTERS),
          tempo_bpm=(60, 160)),
    Style("3000100020001000", "0010002000100020", ("ride",), ("9009", "9000", "9003"), 0.1, pedal=0.95,
          tempo_bpm=(90, 240)),
    Style("9009900990099009", "0000000000000000", ("closed hi-hat", "ride"), (_EIGHTHS, "9393"), 0.1,
          tempo_bpm=(100, 150)),
    Style("9090909090909090", "0000900000009000", ("crash", "ride", "open hi-hat"), (_EIGHTHS, _QUARTERS),
          tempo_bpm=(140, 220)),
    Style("9999999999999999", "0090009000900090", ("ride", "closed hi-hat"), (_EIGHTHS, _QUARTERS),
          tempo_bpm=(90, 130)),
    Style("9000000000900000", "0000900100009000", ("closed hi-hat", "ride"), (_EIGHTHS, "9290"), 0.15, 0.08,
          tempo_bpm=(155, 180)),
    Style("9000300090003000", "9393939393939399", ("closed hi-hat",), ("0000",), pedal=0.6, tempo_bpm=(80, 140)),
    Style("9000500090005000", "0020004000200040", ("low tom", "mid tom"), (_SIXTEENTHS, "9099", _EIGHTHS), 0.05,
          tempo_bpm=(80, 140)),
    Style("9000200400900200", "0000900000009000", ("percussion", "closed hi-hat"), (_SIXTEENTHS, "9099"), 0.1, 0.1),
)  # fmt: skip
_BEATS_IN_A_BAR = (4, 4, 4, 4, 4, 3, 3, 6, 5, 7)


@dataclass(frozen=True)
class _Feel:
    """How a part is played."""

    beat_sec: float
    swing: float
    """How late the second of each pair of sixteenths comes, in sixteenths."""
    is_triplet: bool
    loose_sec: float
    """Standard deviation of onsets."""
    loudness: float
    """Mean velocity of an accented stroke."""

    def time_sec(self, sixteenth: int) -> float:
        """Returns when a sixteenth after the beginning is played; in triplets the second of each beat is left out."""
        beat, place = divmod(sixteenth, 4)
        if self.is_triplet:
            return (beat + (0, 1, 1, 2)[place] / 3) * self.beat_sec
        return (beat + (place + self.swing * (place % 2)) / 4) * self.beat_sec


def random_part(rng: Generator, duration_sec: float) -> list[Stroke]:
    """Returns a drum part of that length, ordered by time: mostly a groove, sometimes random hits."""
    if rng.random() < 0.25:
        return random_hits(rng, duration_sec)
    return groove(rng, STYLES[rng.integers(len(STYLES))], duration_sec)


def random_hits(rng: Generator, duration_sec: float) -> list[Stroke]:
    """Returns strokes on any piece at any time, often on two at once, without what a drummer would do."""
    pieces = tuple(PIECES)
    rate_hz = rng.uniform(1, 9)
    times = np.sort(rng.uniform(0, duration_sec - 0.05, rng.poisson(rate_hz * duration_sec)))
    strokes = [
        Stroke(pieces[rng.integers(len(pieces))], float(time), int(rng.integers(SOFTEST, 128)))
        for time in times
        for _ in range(int(rng.choice((1, 1, 2, 3))))
    ]
    return list(_playable(strokes))


def groove(rng: Generator, style: Style, duration_sec: float) -> list[Stroke]:
    """Returns a part in one style, ordered by time."""
    feel = _feel(rng, style)
    beats = int(rng.choice(_BEATS_IN_A_BAR))
    timekeeper, rate = str(rng.choice(style.timekeepers)), str(rng.choice(style.rates))
    if rng.random() < 0.12:  # nobody marks the time
        rate = "0000"
    kick, snare = (_drawn(rng, pattern, beats) for pattern in (style.kick, style.snare))
    backbeat = str(rng.choice(("snare", "snare", "snare", "snare", "side stick", "clap")))
    phrase_bars = int(rng.choice((2, 4, 8)))
    strokes: list[Stroke] = []
    for bar in range(int(duration_sec / (beats * feel.beat_sec)) + 1):
        if bar and bar % phrase_bars == 0:
            kick, snare = (_drawn(rng, pattern, beats) for pattern in (style.kick, style.snare))
        first = bar * beats * 4
        has_fill = bar % phrase_bars == phrase_bars - 1 and rng.random() < 0.7
        fill_from = beats * 4 - (int(rng.choice((2, 4, 8, 16))) if has_fill else 0)
        has_crash = bar % phrase_bars == 0 and rng.random() < 0.6
        for place in range(max(0, fill_from)):
            at = first + place
            if kick[place]:
                strokes.append(_stroke(rng, feel, "kick", at, 1.0))
            if snare[place]:
                strokes.append(_stroke(rng, feel, backbeat, at, 1.0))
            elif rng.random() < style.ghosts:
                strokes.append(_stroke(rng, feel, "snare", at, 0.5))
            if has_crash and place == 0:
                strokes.append(_stroke(rng, feel, str(rng.choice(_CRASHES)), at, 1.1))
            elif rng.random() < int(rate[place % 4]) / 9:
                piece = _opened(rng, timekeeper, style.openings)
                strokes.append(_stroke(rng, feel, piece, at, 0.9 if place % 4 == 0 else 0.7))
            if place % 8 == 4 and rng.random() < style.pedal:
                strokes.append(_stroke(rng, feel, "pedal hi-hat", at, 0.7))
        strokes += _fill(rng, feel, first + max(0, fill_from), first + beats * 4)
    strokes = [stroke for stroke in strokes if 0 <= stroke.onset_sec < duration_sec - 0.05]
    return list(_playable(sorted(_embellished(rng, strokes), key=lambda stroke: stroke.onset_sec)))


def _feel(rng: Generator, style: Style) -> _Feel:
    slowest, fastest = style.tempo_bpm
    return _Feel(
        beat_sec=60 / rng.uniform(slowest * 0.85, fastest * 1.15),
        swing=float(rng.choice((0.0, 0.0, 0.0, rng.uniform(0.1, 0.66)))),
        is_triplet=rng.random() < 0.15,
        loose_sec=float(rng.choice((0.0, rng.uniform(0.002, 0.015)))),
        loudness=rng.uniform(70, 118),
    )


def _drawn(rng: Generator, pattern: str, beats: int) -> list[bool]:
    """Returns which sixteenths of a bar are struck; bars of more than four beats begin the pattern again."""
    chances = [int(pattern[place % 16]) / 9 for place in range(beats * 4)]
    return [bool(rng.random() < chance) for chance in chances]


def _opened(rng: Generator, timekeeper: str, chance: float) -> str:
    if timekeeper == "closed hi-hat" and rng.random() < chance:
        return "open hi-hat"
    return "ride bell" if timekeeper == "ride" and rng.random() < 0.08 else timekeeper


def _stroke(rng: Generator, feel: _Feel, piece: str, sixteenth: int, strength: float) -> Stroke:
    onset_sec = feel.time_sec(sixteenth) + rng.normal(0, feel.loose_sec)
    velocity = int(np.clip(feel.loudness * strength * rng.normal(1, 0.1), SOFTEST, 127))
    return Stroke(piece, float(onset_sec), velocity)


def _fill(rng: Generator, feel: _Feel, begin: int, end: int) -> Iterator[Stroke]:
    """Yields a run over snare and toms, mostly downwards, with some strokes of the foot."""
    drums = ("snare", *_TOMS) if rng.random() < 0.75 else ("snare",)
    step = int(rng.choice((1, 1, 2)))
    for at in range(begin, end, step):
        progress = (at - begin) / max(1, end - begin)
        drum = drums[min(len(drums) - 1, int(progress * len(drums) + rng.uniform(-0.3, 0.6)))] if drums else "snare"
        if rng.random() < 0.85:
            yield _stroke(rng, feel, drum, at, rng.uniform(0.7, 1.1))
        if rng.random() < 0.2:
            yield _stroke(rng, feel, "kick", at, 0.9)


def _embellished(rng: Generator, strokes: list[Stroke]) -> Iterator[Stroke]:
    """Yields the strokes, some with a soft one just before them (a flam) or between two (a drag)."""
    flams = rng.uniform(0, 0.05)
    for stroke in strokes:
        yield stroke
        if stroke.piece in ("snare", *_TOMS) and rng.random() < flams:
            before_sec = rng.uniform(0.045, 0.08)
            if stroke.onset_sec > before_sec:
                yield Stroke(stroke.piece, stroke.onset_sec - before_sec, max(SOFTEST, stroke.velocity // 2))


def _playable(strokes: list[Stroke]) -> Iterator[Stroke]:
    """Yields the strokes without those that come within 40 ms of one on the same group of pieces."""
    last_sec: dict[str, float] = {}
    for stroke in strokes:
        voice = PIECES[stroke.piece]
        group = voice.group if voice else "percussion"
        if stroke.onset_sec - last_sec.get(group, -1.0) >= 0.04:
            last_sec[group] = stroke.onset_sec
            yield stroke
