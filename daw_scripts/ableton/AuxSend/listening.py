"""Hears what a panel or a command orders: a `listen` is always open, and is answered with what is to be done."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from .link import Link
from .tasks import Task
from .words import say

if TYPE_CHECKING:
    from collections.abc import Callable

WAIT_SEC = 20.0
RETRY_SEC = 60.0  # a bridge that takes no orders is asked again after so long


class Listening:
    """The `listen` that is open."""

    def __init__(
        self,
        link: Link,
        do: Callable[[str, dict[str, Any]], None],
        log: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._link = link
        self._do = do
        self._log = log
        self._clock = clock
        self._id = ""
        self._due_sec = 0.0
        self._is_told = False

    def begin(self) -> None:
        """Listens over a new connection."""
        self.end()
        self._due_sec = 0.0

    def end(self) -> None:
        """Ends the open `listen`, which would take an order that nobody hears of any more."""
        if self._id:
            self._link.send(Task("cancel", {"job": self._id}, "").request)
        self._id = ""

    def tick(self) -> None:
        """Listens again after an answer."""
        if not self._id and self._link.is_ready and self._clock() >= self._due_sec:
            task = Task("listen", {"wait_sec": WAIT_SEC}, "")
            self._id = task.id
            self._link.send(task.request)

    def hear(self, job: dict[str, Any]) -> None:
        """Takes what the bridge says of the open `listen`."""
        if job.get("id") != self._id or job.get("state") not in ("done", "failed", "cancelled"):
            return
        self._id = ""
        result = job.get("result")
        if isinstance(result, dict):
            payload = {key: value for key, value in result.items() if key != "deed"}
            self._do(str(result.get("deed", "")), payload)
            return
        self._due_sec = self._clock() + RETRY_SEC
        if not self._is_told:
            self._is_told = True
            error = job.get("error")
            self._log(say("not_listening", error.get("message", "") if isinstance(error, dict) else ""))
