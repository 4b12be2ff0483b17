"""Scores of notes: what counts as found."""

from dataclasses import replace

import numpy as np

from benchmarks.note_scores import NoteScores, score, score_arrays, to_arrays
from engine.notes import Note

TRUTH = [Note(60, 100, 0.0, 0.5), Note(64, 60, 0.5, 0.5), Note(67, 80, 1.0, 0.5)]


def test_the_truth_has_full_marks_and_nothing_has_none() -> None:
    assert score(TRUTH, TRUTH) == NoteScores(1.0, 1.0, 1.0)
    assert score(TRUTH, []) == score([], TRUTH) == NoteScores(0.0, 0.0, 0.0)


def test_an_onset_may_be_40_ms_late_but_not_60() -> None:
    late = [replace(note, onset_sec=note.onset_sec + 0.04) for note in TRUTH]
    later = [replace(note, onset_sec=note.onset_sec + 0.06) for note in TRUTH]
    assert score(TRUTH, late).onset == 1.0
    assert score(TRUTH, later).onset == 0.0


def test_a_wrong_end_costs_the_offset_score_only() -> None:
    short = [replace(note, duration_sec=0.2) for note in TRUTH]
    assert score(TRUTH, short) == NoteScores(1.0, 0.0, 1.0)


def test_velocities_count_relative_to_each_other() -> None:
    softer = [replace(note, velocity=note.velocity // 2) for note in TRUTH]
    mixed_up = [replace(note, velocity=velocity) for note, velocity in zip(TRUTH, (1, 1, 127), strict=True)]
    assert score(TRUTH, softer).velocity == 1.0
    assert score(TRUTH, mixed_up).velocity < 1.0


def test_true_pitches_may_lie_between_semitones() -> None:
    intervals, pitches_hz, velocities = to_arrays(TRUTH)
    for cents, found in ((40, 1.0), (60, 0.0)):
        truth = (intervals, pitches_hz * 2 ** (cents / 1200), velocities)
        assert score_arrays(truth, (intervals, np.array(pitches_hz), velocities)).onset == found
