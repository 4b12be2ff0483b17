"""Jobs as the page gets them: in order, with what came of them, and no path of this machine."""

import json
from dataclasses import replace
from typing import Any

from bridge.errors import AudioRefused
from bridge.panel.jobs_state import MOST_SHOWN, job_state, shown_jobs
from bridge.store import BridgeJob, State


def job(name: str, state: State = State.DONE, verb: str = "split", **changes: Any) -> BridgeJob:
    clip = {"file": f"/music/{name}.wav", "length_sec": 1.0}
    request = {"v": 1, "id": f"job-{name}", "host": "reaper", "verb": verb, "params": {"clip": clip, "name": name}}
    return replace(BridgeJob(request, state), **changes)


def test_what_runs_comes_first_then_what_waits_then_the_latest_of_the_rest() -> None:
    jobs = [
        job("old"), job("behind", State.QUEUED, queue_position=2), job("failed", State.FAILED),
        job("running", State.RUNNING), job("next", State.QUEUED, queue_position=1), job("question", verb="suggest"),
    ]  # fmt: skip
    assert [shown.id for shown in shown_jobs(jobs)] == [
        "job-running", "job-next", "job-behind", "job-failed", "job-old",
    ]  # fmt: skip


def test_no_more_are_shown_than_a_page_holds() -> None:
    found = shown_jobs(job(str(number)) for number in range(MOST_SHOWN + 50))
    assert len(found) == MOST_SHOWN
    assert found[0].id == f"job-{MOST_SHOWN + 49}"


def test_a_split_has_stems_and_no_paths() -> None:
    result = {
        "stems": [{"name": "vocals", "file": "/music/AuxSend/a/vocals.wav", "color": [1, 2, 3]}],
        "samples": 88_200, "sample_rate_hz": 44_100, "model": "htdemucs", "is_cached": True, "notices": ["A note."],
    }  # fmt: skip
    state = job_state(job("Chorus", result=result))
    assert state["stems"] == [{"name": "vocals", "color": [1, 2, 3]}]
    assert (state["title"], state["name"], state["seconds"]) == ("Split", "Chorus", 2.0)
    assert (state["facts"], state["notices"]) == ("htdemucs · from memory", ["A note."])
    assert "/music" not in json.dumps(state)


def test_candidates_are_rolls_and_a_failure_is_a_sentence() -> None:
    result = {"candidates": [{"tracks": []}, {"tracks": []}], "length_sec": 4.0, "bars": 2, "key": "A minor"}
    state = job_state(job("Tune", verb="continue", result=result))
    assert state["rolls"] == [
        {"name": "candidate-1", "title": "Candidate 1"}, {"name": "candidate-2", "title": "Candidate 2"},
    ]  # fmt: skip
    assert state["facts"] == "A minor"
    failed = job_state(job("Tune").failed(AudioRefused("It is damaged.")))
    assert (failed["state"], failed["message"], failed["stems"]) == ("failed", "It is damaged.", [])


def test_tags_of_all_models_are_told_strongest_first() -> None:
    tags = {"one": {"techno": 0.6, "drums": 0.9, "slow": 0.1}, "two": {"loud": 0.7}}
    assert job_state(job("Loop", verb="tag", result={"tags": tags}))["facts"] == "drums, loud, techno, slow"
