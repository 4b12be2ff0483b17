"""Jobs as the panel shows them: what runs, what waits, what is done, and what came of it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bridge.panel.job_sounds import NOTES, rolls_of, stems_of
from bridge.store import BridgeJob, State

TITLES = {"split": "Split", "transcribe": "Transcribe", "continue": "Continue", "tag": "Tag"}
"""The verbs that are shown: work that was ordered, and not the questions of the other views."""
MOST_SHOWN = 100
MOST_TAGS = 5

_ORDER = {State.RUNNING: 0, State.QUEUED: 1}


def shown_jobs(jobs: Iterable[BridgeJob]) -> list[BridgeJob]:
    """Returns the jobs to show: running, then queued in the order of the queue, then ended, the latest first."""
    latest = [job for job in jobs if job.request.get("verb") in TITLES][::-1]
    waiting = sorted((job for job in latest if job.state is State.QUEUED), key=lambda job: job.queue_position)
    running = [job for job in latest if job.state is State.RUNNING]
    return [*running, *waiting, *(job for job in latest if job.has_ended)][:MOST_SHOWN]


def job_state(job: BridgeJob) -> dict[str, Any]:
    """Returns a job as the page draws it."""
    params = job.request.get("params") or {}
    result = job.result or {}
    stems = [
        {"name": stem["name"], "color": stem["color"]}
        for stem in result.get("stems", ())
        if stem["name"] in stems_of(job)
    ]
    return {
        "id": job.id,
        "verb": job.request["verb"],
        "title": TITLES[job.request["verb"]],
        "name": str(params.get("name") or Path(str(params.get("clip", {}).get("file", ""))).name),
        "host": job.request.get("host", ""),
        "state": job.state.value,
        "fraction": round(job.fraction, 3),
        "message": job.error["message"] if job.error else job.message,
        "queue_position": job.queue_position,
        "notices": list(result.get("notices", ())),
        "facts": _facts(result),
        "stems": stems,
        "seconds": result["samples"] / result["sample_rate_hz"] if stems else 0.0,
        "rolls": [{"name": name, "title": _roll_title(name)} for name in rolls_of(job)],
    }


def _facts(result: dict[str, Any]) -> str:
    """Returns what is to be known of a result at a glance."""
    tracks = result.get("tracks", ())
    note_count = sum(len(track["notes"]) for track in tracks)
    facts = (
        result.get("model"),
        f"{note_count} notes" if "tracks" in result else "",
        result.get("key"),
        ", ".join(_strongest_tags(result)),
        "from memory" if result.get("is_cached") else "",
    )
    return " · ".join(filter(None, facts))


def _strongest_tags(result: dict[str, Any]) -> list[str]:
    scores = {tag: score for scored in result.get("tags", {}).values() for tag, score in scored.items()}
    return sorted(scores, key=lambda tag: (-scores[tag], tag))[:MOST_TAGS]


def _roll_title(name: str) -> str:
    return "Notes" if name == NOTES else name.replace("-", " ").capitalize()
