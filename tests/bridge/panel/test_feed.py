"""What wakes a page: selections at once, jobs now and then, and never more than it can hold."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bridge.host_verbs import Select
from bridge.hosts import Hosts
from bridge.panel import feed as feed_module
from bridge.panel.feed import MOST_IDS, Feed, News
from bridge.store import BridgeJob


class Service:
    """Stands in for the service: it only takes listeners."""

    def __init__(self) -> None:
        self.listeners: list[Any] = []

    def listen(self, listener: Any) -> None:
        self.listeners.append(listener)


@pytest.fixture
def hosts() -> Hosts:
    return Hosts()


@pytest.fixture
def feed(hosts: Hosts, monkeypatch: pytest.MonkeyPatch) -> Feed:
    monkeypatch.setattr(feed_module, "PAUSE_SEC", 0.01)
    return Feed(Service(), hosts)  # type: ignore[arg-type]


def job(number: int) -> BridgeJob:
    return BridgeJob({"id": f"job-{number:06}", "verb": "split"})


async def heard_after_a_pause(news: list[News]) -> list[News]:
    await asyncio.sleep(0.05)
    return news


async def test_a_selection_wakes_at_once(feed: Feed, hosts: Hosts) -> None:
    news: list[News] = []
    feed.subscribe(news.append)
    hosts.select("reaper", Select(name="Bass", project="/music/Song.RPP"))
    assert news == [News(are_hosts=True)]


async def test_many_changes_of_a_job_wake_once_and_name_it(feed: Feed) -> None:
    news: list[News] = []
    feed.subscribe(news.append)
    for _ in range(50):
        feed.changed(job(1))
    feed.forgotten("job-000002")
    assert news == []
    assert await heard_after_a_pause(news) == [News(job_ids=frozenset({"job-000001", "job-000002"}))]


async def test_a_flood_is_told_as_one(feed: Feed) -> None:
    news: list[News] = []
    feed.subscribe(news.append)
    for number in range(MOST_IDS + 10):
        feed.changed(job(number))
    (told,) = await heard_after_a_pause(news)
    assert len(told.job_ids) == MOST_IDS
    assert told.are_all_jobs
    feed.changed(job(1))
    assert (await heard_after_a_pause(news))[1:] == [News(job_ids=frozenset({"job-000001"}))]


async def test_whoever_has_gone_is_not_woken(feed: Feed, hosts: Hosts) -> None:
    news: list[News] = []
    end = feed.subscribe(news.append)
    assert feed.subscriber_count == 1
    feed.changed(job(1))
    end()
    end()
    hosts.select("reaper", Select())
    assert feed.subscriber_count == 0
    assert await heard_after_a_pause(news) == []


async def test_the_engine_wakes_all(feed: Feed, tmp_path: Path) -> None:
    news: list[News] = []
    feed.subscribe(news.append)
    feed.subscribe(news.append)
    feed.engine_changed()
    assert news == [News(is_engine=True)] * 2
