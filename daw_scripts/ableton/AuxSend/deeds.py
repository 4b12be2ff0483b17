"""The actions on the selected clip, from its reading to what its result becomes, and what a panel puts in beside them.

What a clip played when it was asked about, and where, is a *spot*. The latest spots are remembered: a result that a
panel asked for, with a clip that it was told of, finds its place by them.
"""

from __future__ import annotations

import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .clips import Sound, sound_of
from .melodies import insert_melodies
from .melody import Melody, melody_of
from .notes import insert_notes
from .places import Place, place_of, selected_clip
from .samples import insert_samples
from .settings import Settings
from .stems import insert_stems
from .tasks import Task, Tasks, folder_of
from .verbs import continue_params, project_of, split_params, suggest_params, transcribe_params
from .words import Sentence, refuse, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from Live.Song import Song

    from .undo import Inserting

MOST_SPOTS = 32
NEAR_SEC = 1e-4


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
            self._tasks.ask(Task("use", {"sample": row["sample"], "project": project_of(song) or "Live"}, ""))

    def _insert_job(self, payload: dict[str, Any]) -> None:
        job = payload.get("job") or {}
        verb, result = job.get("verb", ""), job.get("result") or {}
        context = job.get("context")
        spot_id = context.get("spot") if isinstance(context, dict) else None
        spot = next((spot for spot in self._spots if spot.id == spot_id), None) or self._fitting_spot(verb, result)
        if spot is None:
            raise refuse("no_spot", folder_of(result))
        self._tasks.insert(spot.played.name, result, self._inserting(verb, spot, result), str(job.get("id", "")))

    def _fitting_spot(self, verb: str, result: dict[str, Any]) -> Spot | None:
        """Returns the latest spot whose window is as long as what a result was made of."""
        if verb == "continue":
            return next((spot for spot in reversed(self._spots) if isinstance(spot.played, Melody)), None)
        place = result.get("place")
        length_sec = place.get("length_sec") if isinstance(place, dict) else result.get("length_sec")
        if not isinstance(length_sec, float):
            return None
        for spot in reversed(self._spots):
            if isinstance(spot.played, Sound) and abs(spot.played.length_sec - length_sec) < NEAR_SEC:
                return spot
        return None
