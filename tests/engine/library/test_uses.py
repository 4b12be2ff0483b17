"""Uses on disk: each once, all of a request or nothing, and there after a kill."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.library.uses import Use, UseKind, UseStore


def use(sample: str, project: str = "song", user: str = "", kind: UseKind = UseKind.INSERTED) -> Use:
    return Use(sample, project, user, kind, time_sec=1_700_000_000.5)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[UseStore]:
    opened = UseStore(tmp_path / "library" / "uses.sqlite")
    yield opened
    opened.close()


def test_uses_come_back_as_they_were_recorded(store: UseStore) -> None:
    uses = [use("kick"), use("bass", kind=UseKind.SKIPPED), use("kick", "other song", "ann")]
    assert store.record(uses) == 3
    assert store.all() == uses
    assert store.of_project("song") == uses[:2]
    assert store.of_user("ann", 10) == uses[2:]


def test_a_user_s_last_uses_come_newest_first(store: UseStore) -> None:
    store.record([use(name) for name in "abcd"])
    assert [found.sample_id for found in store.of_user("", 2)] == ["d", "c"]


def test_a_use_counts_once_but_for_each_user_project_and_kind(store: UseStore) -> None:
    assert store.record([use("kick"), use("kick")]) == 1
    assert store.record([use("kick")]) == 0
    others = [use("kick", "other"), use("kick", user="ann"), use("kick", kind=UseKind.KEPT)]
    assert store.record(others) == 3


def test_a_retried_request_answers_as_the_first_and_adds_nothing(store: UseStore) -> None:
    assert store.record([use("kick"), use("hat")], "request 1") == 2
    version = store.version
    assert store.record([use("kick"), use("hat")], "request 1") == 2
    assert store.record([use("snare")], "request 1") == 2
    assert [found.sample_id for found in store.all()] == ["kick", "hat"]
    assert store.version == version


def test_the_version_grows_with_new_uses_only(store: UseStore) -> None:
    first = store.version
    store.record([use("kick")])
    second = store.version
    store.record([use("kick")])
    assert first < second == store.version


def test_a_request_that_fails_writes_nothing(store: UseStore) -> None:
    def broken() -> Iterator[Use]:
        yield use("kick")
        raise RuntimeError("the wire broke")

    with pytest.raises(RuntimeError, match="wire"):
        store.record(broken(), "request 1")
    assert store.all() == []
    assert store.record([use("kick")], "request 1") == 1


def test_an_empty_request_is_recorded_as_empty(store: UseStore) -> None:
    assert store.record([], "request 1") == 0


def test_the_version_survives_reopening(tmp_path: Path) -> None:
    path = tmp_path / "uses.sqlite"
    first = UseStore(path)
    first.record([use("kick"), use("hat")])
    version = first.version
    first.close()
    second = UseStore(path)
    assert second.version == version
    assert len(second.all()) == 2
    second.close()
    assert path.stat().st_mode & 0o077 == 0


def test_threads_may_record_at_once(store: UseStore) -> None:
    def record(thread: int) -> None:
        for number in range(20):
            store.record([use(f"own {thread} {number}"), use(f"shared {number}")], f"{thread} {number}")

    threads = [threading.Thread(target=record, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.all()) == 4 * 20 + 20


def test_what_was_recorded_survives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "uses.sqlite"
    code = (
        "import sys; from pathlib import Path; from tests.engine.library.test_uses import *\n"
        "store = UseStore(Path(sys.argv[1])); store.record([use('kick')], 'request 1')\n"
        "print('recorded', flush=True); input()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdin is not None
    with child.stdout, child.stdin:
        assert child.stdout.readline() == "recorded\n"
        os.kill(child.pid, signal.SIGKILL)
        child.wait(timeout=30)
    store = UseStore(path)
    assert store.all() == [use("kick")]
    assert store.record([use("kick"), use("hat")], "request 1") == 1
    store.close()


@settings(max_examples=20)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.sampled_from(UseKind)), max_size=20))
def test_a_store_is_the_set_of_what_it_was_told(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[str, str, UseKind]]
) -> None:
    opened = UseStore(tmp_path_factory.mktemp("uses") / "uses.sqlite")
    uses = [use(sample, project, kind=kind) for sample, project, kind in told]
    assert opened.record(uses) == len(set(told))
    assert opened.all() == list(dict.fromkeys(uses))
    opened.close()
