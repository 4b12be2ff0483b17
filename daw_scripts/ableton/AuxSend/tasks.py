"""From a request to its result, in steps that never wait.

A task is asked for at once, or when the bridge is there; after a connection was lost it is asked for again under the
same id, which is the same job to the bridge. When its job is done, what it is to become (`Inserting`) goes on tick by
tick; at the end the job is forgotten. A job that could not be put in is not forgotten: a panel can order it again.
"""

from __future__ import annotations

import uuid
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .link import Link
from .location import start_bridge
from .words import Sentence, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from .undo import Inserting

HOST = "live"
PROGRESS_PERCENT = 10


@dataclass
class Task:
    """One request and what its result is to become."""

    verb: str
    params: dict[str, Any]
    title: str
    """What it is about, for the user; empty for what he need not know of."""
    done: Callable[[dict[str, Any]], Inserting] | None = None
    id: str = field(default_factory=lambda: f"live-{uuid.uuid4().hex}")
    percent: int = 0

    @property
    def request(self) -> dict[str, Any]:
        """The request as the protocol has it."""
        return {"v": 1, "id": self.id, "host": HOST, "verb": self.verb, "params": self.params}


class Tasks:
    """The tasks that have not ended."""

    def __init__(self, link: Link, show: Callable[[str], None]) -> None:
        self._link = link
        self._show = show
        self._open: dict[str, Task] = {}
        self._inserting: deque[tuple[str, dict[str, Any], Inserting, str]] = deque()  # title, result, how, the job's id

    def ask(self, task: Task) -> None:
        """Asks the bridge, or remembers to."""
        self._open[task.id] = task
        if self._link.is_ready:
            self._link.send(task.request)
            return
        self._link.hurry()
        if task.title:
            self._show(say("starting" if start_bridge() else "waits", task.title))

    def ask_again(self) -> None:
        """Asks for everything that is open over a new connection."""
        for task in self._open.values():
            self._link.send(task.request)

    def hear(self, job: dict[str, Any]) -> None:
        """Takes what the bridge says of a job."""
        task = self._open.get(str(job.get("id")))
        if task is None:
            return
        state = job.get("state")
        if state == "done":
            self._finish(task, job.get("result"))
        elif state == "failed":
            error = job.get("error")
            self._drop(task, say("failed", task.title, error.get("message") if isinstance(error, dict) else ""))
        elif state == "cancelled":
            self._drop(task, say("cancelled", task.title))
        else:
            self._show_progress(task, job.get("fraction"))

    def insert(self, title: str, result: dict[str, Any], inserting: Inserting, job_id: str = "") -> None:
        """Puts something into the set, beginning with the next tick."""
        self._inserting.append((title, result, inserting, job_id))

    def tick(self) -> None:
        """Does one step of one insertion."""
        if not self._inserting:
            return
        title, result, inserting, job_id = self._inserting[0]
        try:
            next(inserting)
            return
        except StopIteration as end:
            self._show(" ".join([end.value, *map(str, result.get("notices") or ())]))
            self._forget(job_id)
        except Sentence as sentence:
            self._show(str(sentence))
        except Exception as error:  # whatever Live's functions raise, its sentence is in it
            self._show(say("refused_by_live", title, str(error).strip() or type(error).__name__, folder_of(result)))
        self._inserting.popleft()

    def close(self) -> None:
        """Takes back what is half way in."""
        while self._inserting:
            self._inserting.popleft()[2].close()

    def _finish(self, task: Task, result: object) -> None:
        del self._open[task.id]
        if task.done is None or not isinstance(result, dict):
            self._forget(task.id)
            return
        self.insert(task.title, result, task.done(result), task.id)

    def _drop(self, task: Task, sentence: str) -> None:
        del self._open[task.id]
        self._forget(task.id)
        if task.title:
            self._show(sentence)

    def _forget(self, job_id: str) -> None:
        if job_id:
            self._link.send(Task("forget", {"job": job_id}, "").request)

    def _show_progress(self, task: Task, fraction: object) -> None:
        percent = int(100 * fraction) if isinstance(fraction, float) else 0
        if task.title and percent >= task.percent + PROGRESS_PERCENT:
            task.percent = percent
            self._show(say("progress", say(f"asked_{task.verb}", task.title), percent))


def name_of(result: dict[str, Any]) -> str:
    """Returns what a result was called when it was asked for: its file or folder is named so, and an id follows."""
    stems = result.get("stems")
    path = Path(stems[0]["file"]).parent if stems else Path(result.get("midi_file") or "Clip.mid").with_suffix("")
    return path.name.rpartition(" ")[0] or path.name or "Clip"


def folder_of(result: dict[str, Any]) -> str:
    """Returns the folder that holds the files of a result."""
    stems = result.get("stems")
    file = stems[0]["file"] if stems else result.get("midi_file") or ""
    return str(Path(file).parent)
