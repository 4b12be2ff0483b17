"""Where a library may lie: a folder, an object store, and what is said of anything else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import LibraryUnavailable
from engine.library import table as table_module
from engine.library.filters import SampleFilter
from engine.library.table import SampleTable
from engine.library.vector_table import VectorTable
from tests.engine.library.object_store import ObjectStore, object_store
from tests.engine.library.samples import sample

SAMPLES = [sample(f"{number}.wav") for number in range(12)]
URL = "s3://studio/shared library"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    with object_store() as made:
        for name, value in {
            "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key", "AWS_REGION": "here", "AWS_ENDPOINT": made.url,
            "AWS_ALLOW_HTTP": "true",
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
        yield made


def test_a_studio_shares_a_library_in_an_object_store(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_module, "FRESH_SEC", -1.0)
    one, other = SampleTable(URL), SampleTable(URL)
    one.put(SAMPLES[:8])
    assert other.count == 8
    other.put(SAMPLES[6:])
    assert other.remove([SAMPLES[0].id]) == 1
    one.optimise()
    for table in (one, other, SampleTable(URL)):
        assert {each.id for each in table.get([each.id for each in SAMPLES])} == {each.id for each in SAMPLES[1:]}
        assert table.nearest(SAMPLES[9].embedding, 1, SampleFilter())[0][0].id == SAMPLES[9].id
    assert store.objects
    assert all(key.startswith("studio/shared library/samples.lance/") for key in store.objects)


def test_embeddings_of_another_model_lie_beside_it(store: ObjectStore) -> None:
    table = VectorTable(URL, "model")
    assert not len(table.vectors.ids)
    table.put({each.id: each.embedding for each in SAMPLES})
    table.remove([SAMPLES[0].id])
    table.optimise()
    assert len(VectorTable(URL, "model").vectors.ids) == len(SAMPLES) - 1


def test_a_store_that_is_not_there_is_one_sentence(monkeypatch: pytest.MonkeyPatch, store: ObjectStore) -> None:
    store.is_closed = True
    with pytest.raises(LibraryUnavailable, match="cannot be reached") as caught:
        _ = SampleTable(URL).count
    assert "AccessDenied" not in caught.value.message
    assert caught.value.message.count(".") == 2


def test_a_store_that_goes_away_is_one_sentence_too_and_nothing_is_lost(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_module, "FRESH_SEC", -1.0)
    table = SampleTable(URL)
    table.put(SAMPLES[:3])
    store.is_closed = True
    for change in (lambda: table.count, lambda: table.put(SAMPLES[3:]), lambda: table.remove([SAMPLES[0].id])):
        with pytest.raises(LibraryUnavailable, match="cannot be reached"):
            change()
    store.is_closed = False
    table.put(SAMPLES[3:5])
    assert table.count == SampleTable(URL).count == 5


@pytest.mark.parametrize("url", ["ftp://host/library", "http://host/library", "memory://library", "://"])
def test_other_urls_are_refused_with_those_that_work(url: str) -> None:
    with pytest.raises(LibraryUnavailable, match="s3://"):
        _ = SampleTable(url).count


def test_a_folder_may_be_a_url_too(tmp_path: Path) -> None:
    SampleTable(f"file://{tmp_path}/library").put(SAMPLES[:2])
    assert SampleTable(str(tmp_path / "library")).count == 2
