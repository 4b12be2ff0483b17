"""A folder of JSON files, for hosts that can read and write files and nothing else, such as REAPER's Lua.

    bridge.json            says every 2 s that the bridge is there; removed when it stops
    requests/ID.json       a request; taken away when it was read
    jobs/ID.json           its job, replaced whole at every change; stays until the job is forgotten
    rejected/              requests that could not be meant, for whoever looks for the reason

Every file is written under another name and renamed, so nobody ever reads half of one. The folder can be entered by its
user alone: here the file system is the token.
"""

import asyncio
import contextlib
import json
import logging
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from bridge.errors import BridgeBusy, RequestRefused
from bridge.fronts.requests import Answer, answer_bytes, refusal
from bridge.service import Service
from bridge.store import BridgeJob
from bridge.verbs import LARGEST_REQUEST_BYTES, VERBS, VERSION, is_request_id

log = logging.getLogger(__name__)

HEARTBEAT_SEC = 2.0
POLL_SEC = 0.1
ANSWER_KEPT_SEC = 600.0
MOST_REJECTED = 100
BATCH = 50  # requests that are taken before other work has its turn


class SpoolFront:
    """Serves one spool folder."""

    def __init__(self, folder: Path, service: Service, version: str) -> None:
        self.folder = folder
        self._service = service
        self._version = version
        self._requests = folder / "requests"
        self._jobs = folder / "jobs"
        self._rejected = folder / "rejected"
        self._taking = asyncio.Lock()

    def prepare(self) -> None:
        """Makes the folders, shows the jobs as they are, and removes what an earlier bridge told of others."""
        for folder in (self.folder, self._requests, self._jobs, self._rejected):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.chmod(0o700)
        known = {job.id for job in self._service.jobs()}
        for path in self._jobs.iterdir():
            if path.stem not in known:
                path.unlink(missing_ok=True)
        for job in self._service.jobs():
            self.changed(job)
        self._service.listen(self)

    async def run(self) -> None:
        """Takes requests until it is cancelled."""
        heartbeat = asyncio.create_task(self._beat())
        try:
            async for _ in self._wakes():
                await self.take_requests()
        finally:
            heartbeat.cancel()
            (self.folder / "bridge.json").unlink(missing_ok=True)

    def changed(self, job: BridgeJob) -> None:
        """Shows a job."""
        _write(self._jobs / f"{job.id}.json", job.document())

    def forgotten(self, job_id: str) -> None:
        """Takes a job's file away."""
        if is_request_id(job_id):
            (self._jobs / f"{job_id}.json").unlink(missing_ok=True)

    async def take_requests(self) -> None:
        """Takes all requests that are there, oldest first."""
        async with self._taking:
            for number, path in enumerate(sorted(self._requests.glob("*.json"), key=_age)):
                try:
                    self._take(path)
                except OSError:  # one bad file must not stop the others
                    log.exception("the request %s could not be taken", path.name)
                if number % BATCH == BATCH - 1:
                    await asyncio.sleep(0)

    def _take(self, path: Path) -> None:
        """Takes one request, and shows its answer where no job of the service does."""
        answer = self._answer(path)
        if answer.error is None or isinstance(answer.error, BridgeBusy):
            path.unlink(missing_ok=True)
        else:
            self._reject(path)
        job_id = answer.job.id
        is_forgotten = answer.error is None and answer.job.request["verb"] == "forget"
        if is_forgotten or self._service.knows(job_id) or not is_request_id(job_id):
            return
        self.changed(answer.job)
        asyncio.get_running_loop().call_later(ANSWER_KEPT_SEC, self._drop_answer, job_id)

    def _answer(self, path: Path) -> Answer:
        if not path.is_file() or path.stat().st_size > LARGEST_REQUEST_BYTES:
            too_large = RequestRefused(f"The request is no file, or is larger than {LARGEST_REQUEST_BYTES // 1000} kB.")
            return refusal(None, too_large, sender_id=path.stem)
        return answer_bytes(self._service, path.read_bytes(), sender_id=path.stem)

    def _reject(self, path: Path) -> None:
        """Puts a request aside; only the latest are kept."""
        path.replace(self._rejected / path.name)
        for old in sorted(self._rejected.iterdir(), key=_age)[:-MOST_REJECTED]:
            with contextlib.suppress(OSError):  # a folder that somebody put here
                old.unlink()

    def _drop_answer(self, job_id: str) -> None:
        if not self._service.knows(job_id):
            self.forgotten(job_id)

    async def _wakes(self) -> AsyncIterator[None]:
        """Yields whenever there may be requests: when the folder changes, or often where that cannot be noticed."""
        yield
        try:
            from watchfiles import awatch

            async for _ in awatch(self._requests, watch_filter=None, debounce=50, step=10, recursive=False):
                yield
        except (ImportError, OSError, RuntimeError) as error:
            log.warning("changes in %s cannot be watched (%s); looking every %s s", self.folder, error, POLL_SEC)
            while True:
                await asyncio.sleep(POLL_SEC)
                yield

    async def _beat(self) -> None:
        """Says again and again that the bridge is there, and takes what no wake has told of."""
        while True:
            _write(
                self.folder / "bridge.json",
                {"v": VERSION, "pid": os.getpid(), "version": self._version, "time": time.time(), "verbs": [*VERBS]},
            )
            await asyncio.sleep(HEARTBEAT_SEC)
            await self.take_requests()


def _age(path: Path) -> tuple[int, str]:
    """Returns what sorts files by their age; one that has just vanished comes first."""
    try:
        return path.lstat().st_mtime_ns, path.name
    except OSError:
        return 0, path.name


def _write(path: Path, document: dict[str, Any]) -> None:
    """Lets a file appear whole. A full disk is logged: the file is written again at the next change."""
    temporary = path.with_suffix(".tmp")
    try:
        temporary.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        temporary.replace(path)
    except OSError:
        log.exception("%s could not be written", path)
