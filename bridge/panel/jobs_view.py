"""The view Jobs: what was ordered, live, with what came of it to hear, to see and to insert.

The page draws (assets/auxsend_jobs.js) and tells what was done as an `act`; it knows jobs by their id. Nothing is kept
here: a page that is loaded again shows the same jobs as they are then.
"""

import uuid
from dataclasses import replace
from typing import Any

from nicegui import ui

from bridge.errors import RequestRefused
from bridge.panel.context import PanelContext
from bridge.panel.feed import News
from bridge.panel.host_titles import host_title
from bridge.panel.job_sounds import CANDIDATE
from bridge.panel.jobs_state import job_state, shown_jobs
from bridge.panel.pane import Pane
from bridge.store import BridgeJob, State
from bridge.verbs import VERSION, read_request

HOST = "panel"


def build_jobs_view(context: PanelContext) -> None:
    """Puts the view into the open slot."""
    JobsView(context, JobsPane())


class JobsPane(Pane, component="assets/auxsend_jobs.js"):
    """The view in the browser."""


class JobsView:
    """One page's jobs."""

    def __init__(self, context: PanelContext, pane: JobsPane) -> None:
        self._context = context
        self._pane = pane
        pane.do({
            "cancel": self._cancel, "retry": self._retry, "forget": self._forget, "clear": self._clear,
            "insert": self._insert,
        })  # fmt: skip
        ui.context.client.on_delete(context.feed.subscribe(self._wake))
        self._show()

    def _wake(self, news: News) -> None:
        if news.are_hosts or news.are_all_jobs or news.job_ids:
            self._show()

    def _show(self) -> None:
        jobs = [job_state(job) for job in shown_jobs(self._context.service.jobs())]
        self._pane.show({"jobs": jobs, "hosts": list(self._context.hosts.connected())})

    def _cancel(self, args: dict[str, Any]) -> None:
        self._ask("cancel", {"job": self._job(args).id})

    def _retry(self, args: dict[str, Any]) -> None:
        """Asks for the same again, under a new id."""
        document = self._job(args).request | {"id": _new_id()}
        self._context.service.submit(read_request(document))

    def _forget(self, args: dict[str, Any]) -> None:
        self._ask("forget", {"job": self._job(args).id})

    def _clear(self, args: dict[str, Any]) -> None:
        """Forgets everything that has ended; files of results stay."""
        for job in shown_jobs(self._context.service.jobs()):
            if job.has_ended:
                self._ask("forget", {"job": job.id})

    def _insert(self, args: dict[str, Any]) -> None:
        job = self._job(args)
        if job.state is not State.DONE:
            raise RequestRefused("The job is not done; there is nothing to insert yet.")
        own_host = job.request.get("host", "")
        wanted = own_host if own_host in self._context.hosts.connected() else ""
        host = self._context.hosts.order(
            wanted, "insert_job", {"job": _part(job, str(args.get("name", ""))).document()}
        )
        self._pane.say(f"The result goes to {host_title(host)}.")

    def _ask(self, verb: str, params: dict[str, Any]) -> None:
        document = {"v": VERSION, "id": _new_id(), "host": HOST, "verb": verb, "params": params}
        self._context.service.submit(read_request(document))

    def _job(self, args: dict[str, Any]) -> BridgeJob:
        return self._context.service.find(args.get("id"))


def _new_id() -> str:
    return f"{HOST}-{uuid.uuid4()}"


def _part(job: BridgeJob, name: str) -> BridgeJob:
    """Returns a job of which only one candidate is left, if one is named."""
    number = name.removeprefix(CANDIDATE)
    candidates = (job.result or {}).get("candidates", [])
    if not (name.startswith(CANDIDATE) and number.isdigit() and 1 <= int(number) <= len(candidates)):
        return job
    return replace(job, result={**(job.result or {}), "candidates": [candidates[int(number) - 1]]})
