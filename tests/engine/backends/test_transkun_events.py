"""How events of consecutive segments become one."""

from engine.backends.transkun_events import Event, Reading, append, closed, last_closed_frame, to_events, to_note_track
from engine.notes import ControlChange

FRAME_SEC = 0.5
LAST_FRAME = 20


def reading(has_onset: bool = False, has_offset: bool = False, shift: float = 0.0) -> Reading:
    return Reading(velocity=80, onset_shift=shift, offset_shift=shift, has_onset=has_onset, has_offset=has_offset)


def event(
    onset_sec: float, offset_sec: float, has_onset: bool = True, has_offset: bool = True, velocity: int = 80
) -> Event:
    return Event(onset_sec, offset_sec, velocity, has_onset, has_offset)


def test_times_are_refined_within_frames_and_counted_from_the_segment() -> None:
    (found,) = to_events([(4, 6)], [reading(shift=0.25)], LAST_FRAME, FRAME_SEC, 10.0)
    assert found == event(12.125, 13.125)


def test_only_at_the_ends_of_a_segment_an_event_may_be_open() -> None:
    intervals = [(0, 3), (5, 8), (9, LAST_FRAME)]
    found = to_events(intervals, [reading()] * 3, LAST_FRAME, FRAME_SEC, 0.0)
    assert [(e.has_onset, e.has_offset) for e in found] == [(False, True), (True, True), (True, False)]
    assert last_closed_frame(intervals, found) == 8
    found = to_events(intervals, [reading(True, True)] * 3, LAST_FRAME, FRAME_SEC, 0.0)
    assert all(e.has_onset and e.has_offset for e in found)
    assert last_closed_frame(intervals, found) == LAST_FRAME
    assert last_closed_frame([], []) == 0


def test_refined_events_of_a_segment_do_not_overlap() -> None:
    shifts = [Reading(80, 0.0, 0.5, True, True), Reading(80, -0.5, 0.0, True, True)]
    first, second = to_events([(2, 4), (4, 6)], shifts, LAST_FRAME, FRAME_SEC, 0.0)
    assert first.offset_sec == second.onset_sec == 2.25


def test_what_a_segment_cuts_off_ends_in_the_next() -> None:
    track = [event(1.0, 8.0, has_offset=False)]
    append(track, [event(7.0, 9.5, has_onset=False), event(10.0, 11.0)])
    assert track == [event(1.0, 9.5), event(10.0, 11.0)]


def test_an_event_that_is_seen_whole_replaces_what_it_overlaps() -> None:
    track = [event(1.0, 2.0), event(7.0, 8.0, has_offset=False, velocity=40)]
    append(track, [event(7.1, 9.0, velocity=70)])
    assert track == [event(1.0, 2.0), event(7.1, 9.0, velocity=70)]


def test_the_rest_of_an_event_that_nobody_saw_begin_is_dropped() -> None:
    track: list[Event] = []
    append(track, [event(7.0, 9.0, has_onset=False)])
    assert track == []


def test_finished_tracks_have_no_open_and_no_overlapping_events() -> None:
    track = [event(0.0, 1.5), event(1.0, 2.0), event(3.0, 4.0, has_offset=False), event(5.0, 9.0, has_offset=False)]
    assert [(e.onset_sec, e.offset_sec) for e in closed(track, 6.0)] == [(0.0, 1.0), (1.0, 2.0), (5.0, 6.0)]
    assert closed(track, 5.0) == closed(track[:2], 5.0)
    assert closed([], 1.0) == []


def test_keys_become_notes_and_pedals_movements_of_their_controllers() -> None:
    track = to_note_track(
        [(-64, [event(0.0, 1.0, velocity=10), event(1.0, 2.0, velocity=127)]), (60, [event(0.5, 0.75)])]
    )
    assert [(n.pitch, n.velocity, n.onset_sec, n.duration_sec) for n in track.notes] == [(60, 80, 0.5, 0.25)]
    assert track.control_changes == (
        ControlChange(64, 64, 0.0),
        ControlChange(64, 0, 1.0),
        ControlChange(64, 127, 1.0),
        ControlChange(64, 0, 2.0),
    )
