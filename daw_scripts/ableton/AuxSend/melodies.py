"""The result of a continuation: its candidates as new MIDI clips, the best one first.

After a clip in a slot, they go into the empty slots below it, on the same track, so that the same instrument plays
them; scenes are added where there are too few. After a clip in the arrangement, the best one stands at the bar line
after it if nothing lies there; the others, and the best one otherwise, go into empty slots of the same track.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .melody import Melody
from .notes import write_notes
from .places import Place, is_alive
from .tracks import add_midi_clip, add_track, free_slots, is_free, look_like
from .undo import Step, one_step
from .words import refuse, say

if TYPE_CHECKING:
    from Live.Track import Track

    from .notes import Row
    from .undo import Inserting


def insert_melodies(place: Place, melody: Melody, result: dict[str, Any]) -> Inserting:
    """Puts the candidates into the set; all of them, or none.

    Raises:
        Sentence: the result cannot be meant.
        RuntimeError: Live refuses a clip, as on a track that is frozen.
    """
    candidates, begin_sec, length_sec = (result.get(name) for name in ("candidates", "begin_sec", "length_sec"))
    if not isinstance(candidates, list) or not isinstance(begin_sec, float) or not isinstance(length_sec, float):
        raise refuse("unknown", melody.name)
    sounding = [(each, rows_of(melody, each)) for each in candidates if any(part["notes"] for part in each["tracks"])]
    if not sounding:
        return say("no_melody", melody.name)
    length = melody.beats(length_sec)
    with one_step(place.song) as step:
        track = _track_for(step, place, melody)
        spots = _spots(step, track, place, melody.beats(begin_sec), length, len(sounding))
        for number, (candidate, rows) in enumerate(sounding):
            scene_index, at_beats = spots[number]
            clip = add_midi_clip(step, track, scene_index, at_beats, length)
            clip.name = f"{melody.name} – continuation {number + 1} ({candidate['score']:.2f})"
            clip.signature_numerator, clip.signature_denominator = melody.signature
            if place.clip is not None and is_alive(place.clip):
                clip.color = place.clip.color
            write_notes(clip, rows)
            yield
    return say("melodies_in", melody.name, len(sounding))


def rows_of(melody: Melody, candidate: dict[str, Any]) -> list[Row]:
    """Returns all notes of a candidate, in beats from its beginning."""
    return [
        (pitch, velocity, melody.beats(onset_sec), melody.beats(duration_sec))
        for part in candidate["tracks"]
        for pitch, velocity, onset_sec, duration_sec in part["notes"]
    ]


def _track_for(step: Step, place: Place, melody: Melody) -> Track:
    """Returns the source's track, or a new one where that was deleted."""
    if place.track is not None and is_alive(place.track):
        return place.track
    track = add_track(step, place.song, place.index_after(), melody.name, is_midi=True)
    look_like(track, place)
    return track


def _spots(
    step: Step, track: Track, place: Place, begin: float, length: float, count: int
) -> list[tuple[int | None, float]]:
    """Returns where each candidate goes: a scene, or None and a time in the arrangement."""
    if place.scene_index is not None:
        return [(index, 0.0) for index in free_slots(step, track, place.scene_index + 1, count)]
    at_beats = place.beats_now() + begin
    first: list[tuple[int | None, float]] = [(None, at_beats)] if is_free(track, at_beats, at_beats + length) else []
    return first + [(index, 0.0) for index in free_slots(step, track, 0, count - len(first))]
