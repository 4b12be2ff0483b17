"""What wakes the parts of an open page: another selection, a host that comes or goes, a job that moves.

A part that is woken looks at the service or the hosts as they are now. So nothing is queued, however many events come:
between two wake-ups a subscription holds no more than the ids of the jobs that have changed, each once.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from bridge.hosts import Hosts
from bridge.service import Service
from bridge.store import BridgeJob

PAUSE_SEC = 0.1  # progress is shown ten times a second at most; a selection at once
MOST_IDS = 1000


@dataclass(frozen=True)
class News:
    """What has changed since a part was woken last."""

    are_hosts: bool = False
    """Whether another thing is selected, or other hosts are connected."""
    job_ids: frozenset[str] = frozenset()
    """Jobs that are new, have moved or were forgotten."""
    are_all_jobs: bool = False
    """Whether more jobs have changed than are named."""
    is_engine: bool = False
    """Whether the engine came or went."""


Wake = Callable[[News], None]


@dataclass(eq=False)
class _Subscription:
    wake: Wake
    job_ids: set[str] = field(default_factory=set)
    are_all_jobs: bool = False
    timer: asyncio.TimerHandle | None = None


class Feed:
    """Wakes whoever has subscribed."""

    def __init__(self, service: Service, hosts: Hosts) -> None:
        self._subscriptions: list[_Subscription] = []
        service.listen(self)
        hosts.watch(lambda: self._wake_all(News(are_hosts=True)))

    @property
    def subscriber_count(self) -> int:
        """How many parts of open pages listen."""
        return len(self._subscriptions)

    def subscribe(self, wake: Wake) -> Callable[[], None]:
        """Calls `wake`, on the event loop, at every change, and returns what ends that."""
        subscription = _Subscription(wake)
        self._subscriptions.append(subscription)

        def end() -> None:
            if subscription.timer:
                subscription.timer.cancel()
            if subscription in self._subscriptions:
                self._subscriptions.remove(subscription)

        return end

    def engine_changed(self) -> None:
        """Tells that the engine came or went."""
        self._wake_all(News(is_engine=True))

    def changed(self, job: BridgeJob) -> None:
        """Hears of a job from the service."""
        self._note(job.id)

    def forgotten(self, job_id: str) -> None:
        """Hears from the service that a job is no more."""
        self._note(job_id)

    def _wake_all(self, news: News) -> None:
        for subscription in tuple(self._subscriptions):
            subscription.wake(news)

    def _note(self, job_id: str) -> None:
        for subscription in self._subscriptions:
            if len(subscription.job_ids) < MOST_IDS:
                subscription.job_ids.add(job_id)
            else:
                subscription.are_all_jobs = True
            if subscription.timer is None:
                subscription.timer = asyncio.get_running_loop().call_later(PAUSE_SEC, self._flush, subscription)

    @staticmethod
    def _flush(subscription: _Subscription) -> None:
        news = News(job_ids=frozenset(subscription.job_ids), are_all_jobs=subscription.are_all_jobs)
        subscription.timer = None
        subscription.job_ids.clear()
        subscription.are_all_jobs = False
        subscription.wake(news)
