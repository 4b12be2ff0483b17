"""A stand-in for the bridge that does what a test says, at the spool's own files."""

import hashlib
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from bridge.verbs import read_request
from tests.daw_scripts.playback import play_clip

STEMS = {"vocals": (226, 88, 108), "drums": (240, 150, 56), "bass": (98, 98, 204), "other": (64, 160, 120)}
VERBS = [
    "split", "transcribe", "continue", "suggest", "search", "use", "tag", "audition", "select", "listen", "order",
    "cancel", "forget", "status", "panel",
]  # fmt: skip
NOT_AVAILABLE = "This engine cannot do that yet; a later release of AuxSend will."


def note_track(name: str, notes: list[Any], **fields: Any) -> dict[str, Any]:
    """Returns a track of a transcription's result; a note is (pitch, velocity, onset_sec, duration_sec)."""
    defaults = {"program": 0, "is_drum": False, "color": [64, 160, 120], "bends": [], "control_changes": []}
    return defaults | {"name": name, "notes": notes} | fields


def sample_row(path: Path | None, name: str = "Loop é", **fields: Any) -> dict[str, Any]:
    """Returns a row of suggestions: a loop of 96 BPM, 2.5 s long, for a project of 120 BPM."""
    defaults = {
        "kind": "loop", "key": "A minor", "bpm": 96.0, "duration_sec": 2.5, "tags": ["drums"], "score": 0.5,
        "why": ["same key", "96 BPM"], "playrate": 1.25, "length_sec": 2.0, "folders": [],
    }  # fmt: skip
    sample_id = hashlib.sha256(name.encode()).hexdigest()
    return defaults | {"sample": sample_id, "name": name, "path": str(path) if path else None} | fields


class StandIn:
    """The bridge's side of a spool."""

    def __init__(self, spool: Path, host: str = "reaper") -> None:
        self.spool = spool
        self.host = host
        self.requests: list[dict[str, Any]] = []
        for name in ("requests", "jobs"):
            (spool / name).mkdir(parents=True, exist_ok=True)

    def live(self, age_sec: float = 0.0, verbs: list[str] | None = None, pid: int = 1) -> None:
        """Says that the bridge runs, or did so many seconds ago."""
        self._write(
            self.spool / "bridge.json",
            {"v": 1, "pid": pid, "version": "0.1.0", "time": time.time() - age_sec, "verbs": verbs or VERBS},
        )

    def stop(self) -> None:
        (self.spool / "bridge.json").unlink(missing_ok=True)

    def take(self) -> list[dict[str, Any]]:
        """Returns the requests that have come since, oldest first, and deletes their files.

        The bridge itself would take each of them, or there is a `BridgeError`.
        """
        paths = sorted((self.spool / "requests").glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        taken = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
        for path, request in zip(paths, taken, strict=True):
            assert request["v"] == 1
            assert request["id"] == path.stem
            assert request["host"] == self.host
            read_request(request)
            path.unlink()
        self.requests += taken
        return taken

    def take_one(self, verb: str) -> dict[str, Any]:
        (request,) = self.take()
        assert request["verb"] == verb
        return request

    def say(self, request: dict[str, Any], state: str, **fields: Any) -> None:
        """Tells the state of a request's job."""
        said = {"v": 1, "id": request["id"], "verb": request["verb"], "state": state} | fields
        said["context"] = request["params"].get("context")
        self._write(self.spool / "jobs" / f"{request['id']}.json", said)

    def fail(self, request: dict[str, Any], reason: str, message: str) -> None:
        self.say(request, "failed", error={"reason": reason, "message": message})

    def finish(self, request: dict[str, Any]) -> list[Path]:
        """Writes stems that sum to what the item plays, and says that the job is done."""
        params = request["params"]
        folder = Path(params["folder"]) / "AuxSend" / f"{params['name']} {request['id'][-6:]}"
        folder.mkdir(parents=True, exist_ok=True)
        mix = play_clip(params["clip"]).astype(np.float32)
        rate_hz = soundfile.info(params["clip"]["file"]).samplerate
        shares = np.array([0.5, 0.25, 0.125, 0.125], dtype=np.float32)  # powers of two: the sum is exact
        paths = [folder / f"{name}.wav" for name in STEMS]
        for path, share in zip(paths, shares, strict=True):
            soundfile.write(path, mix * share, rate_hz, subtype="FLOAT")
        clip = params["clip"]
        self.say(
            request,
            "done",
            fraction=1.0,
            result={
                "stems": [
                    {"name": name, "file": str(path), "color": list(color)}
                    for (name, color), path in zip(STEMS.items(), paths, strict=True)
                ],
                "sample_rate_hz": rate_hz,
                "samples": len(mix),
                "place": {"start_offset_sec": 0.0, "length_sec": clip["length_sec"], "playrate": clip["playrate"]},
            },
        )
        return paths

    def finish_transcription(self, request: dict[str, Any], *tracks: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """Says that a job is done and found these tracks (see `note_track`); returns its result."""
        result = {
            "tracks": list(tracks),
            "bend_range_semitones": 2,
            "tempo": [[0.0, 120.0]],
            "time_signatures": [[0.0, 4, 4]],
            "beats": [],
            "chords": [],
            "key": "",
            "length_sec": request["params"]["clip"]["length_sec"],
            "midi_file": str(Path(request["params"]["folder"]) / "AuxSend" / "notes.mid"),
            "model": "basic-pitch",
            "choice": "",
            "is_cached": False,
            "notices": [],
        } | fields
        self.say(request, "done", fraction=1.0, result=result)
        return result

    def finish_continuation(self, request: dict[str, Any], *candidates: list[dict[str, Any]], **fields: Any) -> None:
        """Says that a job is done and wrote these candidates, each a list of tracks (see `note_track`)."""
        result = {
            "candidates": [{"score": 0.77 - i / 100, "tracks": tracks} for i, tracks in enumerate(candidates)],
            "begin_sec": 2.0,
            "length_sec": 2.5,
            "bars": 1,
            "key": "A minor",
            "time_signature": [4, 4],
            "midi_file": str(Path(request["params"]["folder"]) / "AuxSend" / "melodies.mid"),
            "model": "melody",
            "is_cached": False,
            "notices": [],
        } | fields
        self.say(request, "done", fraction=1.0, result=result)

    def suggest(self, request: dict[str, Any], *rows: dict[str, Any], **fields: Any) -> None:
        """Says that a job is done and suggests these rows (see `sample_row`)."""
        self.say(request, "done", fraction=1.0, result={"rows": list(rows), "notices": []} | fields)

    def document(self, request: dict[str, Any]) -> dict[str, Any]:
        """Returns a request's job as it was told last."""
        found: dict[str, Any] = json.loads((self.spool / "jobs" / f"{request['id']}.json").read_text(encoding="utf-8"))
        return found

    def forget(self, request: dict[str, Any]) -> None:
        (self.spool / "jobs" / f"{request['id']}.json").unlink(missing_ok=True)

    @staticmethod
    def _write(path: Path, value: object) -> None:
        partial = path.with_suffix(".tmp")
        partial.write_text(json.dumps(value), encoding="utf-8")
        partial.replace(path)
