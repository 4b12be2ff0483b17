"""The actions on the selected clip, from its reading to what its result becomes, and what a panel puts in beside them.

What a clip played when it was asked about, and where, is a *spot*. The latest spots are remembered: a result that a
panel asked for, with a clip that it was told of, finds its place by them.
"""

from __future__ import annotations

import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .clips import Sound, sound_of, whole_sound
from .melodies import insert_melodies
from .melody import Melody, melody_of
from .notes import insert_notes
from .places import Place, free_place, place_of, selected_clip
from .samples import insert_samples
from .settings import Settings
from .stems import insert_stems
from .tasks import Task, Tasks, name_of
from .verbs import continue_params, project_of, split_params, suggest_params, transcribe_params
from .words import Sentence, refuse, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from Live.Song import Song

    from .undo import Inserting

MOST_SPOTS = 32
NEAR_SEC = 1e-4
ANY_RATE_HZ = 48_000.0  # of a transcription, whose times are seconds


@dataclass(frozen=True)
class Spot:
    """What a clip played when it was asked about, and where."""

    place: Place
    played: Sound | Melody
    id: str = field(default_factory=lambda: uuid.uuid4().hex)


class Deeds:
    """Begins actions and ends them."""

    def __init__(self, song: Callable[[], Song], tasks: Tasks, settings: Settings, show: Callable[[str], None]) -> None:
        self._song = song
        self._tasks = tasks
        self._settings = settings
        self._show = show
        self._spots: deque[Spot] = deque(maxlen=MOST_SPOTS)

    def do(self, deed: str, payload: dict[str, Any]) -> None:
        """Begins an action, or says why it cannot."""
        actions: dict[str, Callable[[dict[str, Any]], None]] = {
            "split": self._ask,
            "transcribe": self._ask,
            "continue": self._ask,
            "suggest": self._ask,
            "insert_samples": self._insert_samples,
            "insert_job": self._insert_job,
        }
        action = actions.get(deed)
        try:
            if action is not None:
                action({**payload, "deed": deed})
        except Sentence as sentence:
            self._show(str(sentence))

    def remember(self, spot: Spot) -> None:
        """Keeps a spot for results that somebody else asks for."""
        self._spots.append(spot)

    def _ask(self, payload: dict[str, Any]) -> None:
        song, verb = self._song(), payload["deed"]
        spot = self._selected_spot(song, is_midi=verb == "continue")
        self.remember(spot)
        params = self._params(song, verb, spot.played)
        params["context"] = {"spot": spot.id}
        self._show(say(f"asked_{verb}", spot.played.name))
        self._tasks.ask(Task(verb, params, spot.played.name, lambda result: self._inserting(verb, spot, result)))

    def _selected_spot(self, song: Song, *, is_midi: bool) -> Spot:
        clip = selected_clip(song)
        if clip is None:
            raise refuse("none")
        if clip.is_recording:
            raise refuse("recording", clip.name)
        if clip.is_midi_clip != is_midi:
            raise refuse("take_midi" if is_midi else "take_audio", clip.name)
        place = place_of(song, clip)
        return Spot(place, melody_of(song, clip) if is_midi else sound_of(song, clip))

    def _params(self, song: Song, verb: str, played: Sound | Melody) -> dict[str, Any]:
        if isinstance(played, Melody):
            return continue_params(song, played, self._settings)
        ask = {"split": split_params, "transcribe": transcribe_params, "suggest": suggest_params}[verb]
        return ask(song, played, self._settings)

    def _inserting(self, verb: str, spot: Spot, result: dict[str, Any]) -> Inserting:
        if isinstance(spot.played, Melody):
            return insert_melodies(spot.place, spot.played, result)
        if verb == "split":
            return insert_stems(spot.place, spot.played, result, self._settings)
        if verb == "transcribe":
            return insert_notes(spot.place, spot.played, result)
        return insert_samples(spot.place.song, result.get("rows") or [], spot.played.tempo_bpm)

    def _insert_samples(self, payload: dict[str, Any]) -> None:
        song, rows = self._song(), payload.get("rows") or []
        bpm = float(payload.get("project_bpm") or song.tempo)
        self._tasks.insert("", {}, insert_samples(song, rows, bpm))
        for row in rows:
            if not row.get("path"):
                continue
            self._tasks.ask(Task("use", {"sample": row["sample"], "project": project_of(song) or "Live"}, ""))

    def _insert_job(self, payload: dict[str, Any]) -> None:
        job = payload.get("job") or {}
        verb, result = job.get("verb", ""), job.get("result") or {}
        context = job.get("context")
        spot_id = context.get("spot") if isinstance(context, dict) else None
        spot = next((spot for spot in self._spots if spot.id == spot_id), None)
        if spot is None and verb == "continue":
            spot, result = self._free_melody(result), {**result, "begin_sec": 0.0}
        elif spot is None:
            spot = self._fitting_spot(result)
        self._tasks.insert(spot.played.name, result, self._inserting(verb, spot, result))

    def _free_melody(self, result: dict[str, Any]) -> Spot:
        """Returns a spot for a continuation of what is in no clip of this set: at the song's tempo of the moment."""
        song, signature = self._song(), tuple(result.get("time_signature") or (4, 4))
        return Spot(free_place(song), Melody(name_of(result), (), song.tempo, 0.0, signature, 0.0, signature))

    def _fitting_spot(self, result: dict[str, Any]) -> Spot:
        """Returns the latest spot whose window is as long as what a result was made of, or a free one."""
        place = result.get("place")
        length_sec = place.get("length_sec") if isinstance(place, dict) else result.get("length_sec")
        if not isinstance(length_sec, float) or length_sec <= 0:
            raise refuse("unknown", name_of(result))
        for spot in reversed(self._spots):
            if isinstance(spot.played, Sound) and abs(spot.played.length_sec - length_sec) < NEAR_SEC:
                return spot
        song, rate_hz = self._song(), float(result.get("sample_rate_hz") or ANY_RATE_HZ)
        return Spot(free_place(song), whole_sound(song, name_of(result), length_sec, rate_hz))
