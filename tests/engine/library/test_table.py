"""The table: what is put in is found again, by id, by sound and within limits."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import LibraryUnavailable
from engine.library import neighbours
from engine.library import table as table_module
from engine.library.filters import SampleFilter, keys_with_notes_of
from engine.library.neighbours import Cells, Kept, cut
from engine.library.sample import Heard, LibrarySample
from engine.library.table import SampleTable
from engine.library.tags import tag_score
from engine.musical_time import Key
from tests.engine.library.samples import sample

ROOT = Path(__file__).parents[3]
KINDS = ("loop", "one-shot/kick", "one-shot/snare", "track")


def assorted(count: int) -> list[LibrarySample]:
    """Samples of every kind, some with key and tempo."""
    return [
        sample(
            f"sample {number}.wav",
            seed=1 + number,
            kind=KINDS[number % 4],
            quarter_bpm=0.0 if number % 4 == 1 else 60.0 + number % 97,
            key=None if number % 3 == 1 else Key(number % 12, ("major", "minor")[number % 2], 0.5),
        )
        for number in range(count)
    ]


ALL = assorted(300)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> SampleTable:
    made = SampleTable(str(tmp_path_factory.mktemp("library")))
    made.put(ALL[:200])
    made.put(ALL[200:])
    return made


def same(one: LibrarySample, other: LibrarySample) -> bool:
    scalars = [
        {name: value for name, value in vars(s).items() if name not in ("embedding", "tag_scores")}
        for s in (one, other)
    ]
    return (
        scalars[0] == scalars[1]
        and np.allclose(one.embedding, other.embedding, rtol=0, atol=1 / 32_767)  # in memory they have 16 bits
        and one.tag_scores.keys() == other.tag_scores.keys()
        and all(np.allclose(scores, other.tag_scores[model], rtol=2**-10) for model, scores in one.tag_scores.items())
    )


def test_a_sample_comes_back_as_it_was_put_in(tmp_path: Path) -> None:
    one_model = {"MTT_musicnn": np.full(50, 0.25, np.float32)}
    strange = sample("Ünïcode 'quoted' \\ 鼓.wav", folders=("a", "b c"), tag_scores=one_model, loudness_lufs=-np.inf)
    heard = Heard(46.85, Key(2, "major", 0.25), "track")
    loop = sample("loop.wav", key=Key(11, "minor", 0.5), quarter_bpm=93.7, kind="loop", brightness=0.5, heard=heard)
    table = SampleTable(str(tmp_path))
    table.put([strange, loop])
    got = table.get([loop.id, "0" * 64, strange.id, "'; nonsense"])
    assert len(got) == 2
    assert same(got[0], loop)
    assert same(got[1], strange)
    reopened = SampleTable(str(tmp_path))
    assert reopened.count == 2
    assert same(reopened.get([strange.id])[0], strange)


def test_an_empty_library_answers(tmp_path: Path) -> None:
    table = SampleTable(str(tmp_path / "new" / "library"))
    assert table.count == 0
    assert table.nearest(ALL[0].embedding, 5, SampleFilter(tags=("happy",))) == []
    assert table.get([ALL[0].id]) == []
    assert table.remove([ALL[0].id]) == 0
    table.put([])
    table.optimise()
    assert table.embeddings()[1].shape == (0, 200)


def test_a_sample_is_there_once_however_often_it_is_put_in(tmp_path: Path) -> None:
    table = SampleTable(str(tmp_path))
    first, renamed = sample("a.wav"), sample("a.wav", quarter_bpm=100.0)
    table.put([first, first])
    table.put([sample("b.wav", seed=2), renamed])
    assert table.count == 2
    assert table.get([first.id])[0].quarter_bpm == 100.0
    assert table.remove([first.id, "0" * 64]) == 1
    assert table.count == len(table.embeddings()[0]) == 1
    assert table.get([first.id]) == []


def test_the_nearest_are_those_of_an_exact_search(filled: SampleTable) -> None:
    found = filled.nearest(ALL[7].embedding, 10, SampleFilter())
    similarities = np.stack([each.embedding for each in ALL]) @ ALL[7].embedding
    exact = np.argsort(-similarities)[:10]
    assert [each.id for each, _ in found] == [ALL[place].id for place in exact]
    assert [similarity for _, similarity in found] == pytest.approx(similarities[exact], abs=1e-5)


limits = st.builds(
    SampleFilter,
    keys=st.sampled_from([frozenset(), keys_with_notes_of(Key(0, "major", 1)), keys_with_notes_of(Key(5, "minor", 1))]),
    quarter_bpm=st.sampled_from([0.0, 0.0, 70.0, 121.5]),
    kinds=st.sampled_from([(), ("one-shot",), ("loop", "one-shot/snare"), ("no'thing",)]),
    tags=st.sampled_from([(), ("happy",), ("guitar", "sad")]),
    ids=st.sampled_from([frozenset(), frozenset(each.id for each in ALL[20:60])]),
    excluded_ids=st.sampled_from([frozenset(), frozenset(each.id for each in ALL[::3])]),
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=limits)
def test_limits_are_met_by_all_that_is_found_and_nothing_is_missed(filled: SampleTable, wanted: SampleFilter) -> None:
    tag_limits = filled.catalogue.tag_limits(wanted.tags)
    expected = {each.id for each in ALL if wanted.admits(each, tag_limits)}
    catalogue = filled.catalogue
    # Limits of tags are kept with half precision, so a score may lie just beside its limit.
    close = {each.id for each in ALL for tag in wanted.tags if abs(tag_score(each, tag) - tag_limits[tag]) < 1e-3}
    assert {name.decode() for name in catalogue.ids[catalogue.admitted(wanted)]} ^ expected <= close
    assert {each.id for each, _ in filled.nearest(ALL[0].embedding, 300, wanted)} == expected
    few = filled.nearest(ALL[0].embedding, 3, wanted)
    assert [each.id for each, _ in few] == [each.id for each, _ in filled.nearest(ALL[0].embedding, 300, wanted)][:3]


def test_a_fifth_of_the_library_has_a_tag(filled: SampleTable) -> None:
    for tag in ("happy", "guitar"):
        assert filled.catalogue.admitted(SampleFilter(tags=(tag,))).mean() == pytest.approx(0.2, abs=0.01)


def test_two_engines_see_each_others_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_module, "FRESH_SEC", -1.0)
    one, other = SampleTable(str(tmp_path)), SampleTable(str(tmp_path))
    one.put(ALL[:3])
    assert other.count == 3
    other.put(ALL[2:5])
    one.put(ALL[5:6])
    assert one.remove([ALL[0].id]) == 1
    for table in (one, other):
        assert set(table.catalogue.ids.tolist()) == {each.id.encode() for each in ALL[1:6]}


def test_threads_may_write_and_read_at_once(tmp_path: Path) -> None:
    table = SampleTable(str(tmp_path))
    failures: list[BaseException] = []

    def work(start: int) -> None:
        try:
            for place in range(start, start + 8, 4):
                table.put(ALL[place : place + 4])
                table.nearest(ALL[place].embedding, 2, SampleFilter())
                table.get([ALL[place].id])
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(start,)) for start in (0, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert table.count == len(set(table.embeddings()[0])) == 16


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_a_killed_engine_leaves_whole_batches_each_once(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from engine.library.table import SampleTable\n"
        "from tests.engine.library.samples import sample\n"
        "table = SampleTable(sys.argv[1])\n"
        "for number in range(10**6):\n"
        "    table.put([sample(f'{number} {place}') for place in range(4)])\n"
        "    print(number, flush=True)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    for _ in range(3):
        assert process.stdout.readline()
    process.kill()
    process.communicate()
    table = SampleTable(str(tmp_path))
    count = table.count
    assert count >= 12
    assert count % 4 == 0
    names = {found.name for found in table.get(table.embeddings()[0])}
    assert names == {f"{number} {place}" for number in range(count // 4) for place in range(4)}
    table.put([sample("0 0"), sample("another")])
    assert table.count == count + 1


def test_the_library_is_read_while_it_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = SampleTable(str(tmp_path))
    table.put(ALL[:3])
    has_begun, may_end = threading.Event(), threading.Event()

    def slow_cut(embeddings: Kept) -> Cells:
        has_begun.set()
        assert may_end.wait(60)
        return cut(embeddings)

    monkeypatch.setattr(table_module, "cut", slow_cut)
    cutting = threading.Thread(target=table.cut)
    cutting.start()
    assert has_begun.wait(60)
    assert [each.id for each, _ in table.nearest(ALL[1].embedding, 1, SampleFilter())] == [ALL[1].id]
    table.put(ALL[3:5])
    may_end.set()
    cutting.join()
    assert table.count == 5
    assert [each.id for each, _ in table.nearest(ALL[4].embedding, 1, SampleFilter())] == [ALL[4].id]


def test_a_large_library_is_cut_into_cells_and_finds_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_module, "INDEX_FROM", 250)
    monkeypatch.setattr(neighbours, "COMPARED_SAMPLES", 260)  # most of the cells, for samples that lie anywhere
    table = SampleTable(str(tmp_path))
    table.put(ALL[:280])
    table.optimise()
    table.cut()
    table.put(ALL[280:])  # they are in no cell
    table.remove([ALL[5].id])
    assert [index.columns for index in table._opened().list_indices()] == [["id"]]
    order = table.catalogue.order
    assert order is not None
    assert (len(order.cells), order.count) == (17, 279)
    left = [each for each in ALL if each is not ALL[5]]
    for wanted in (SampleFilter(), SampleFilter(kinds=("one-shot",)), SampleFilter(quarter_bpm=90.0, tags=("happy",))):
        tag_limits = table.catalogue.tag_limits(wanted.tags)
        fitting = [each for each in left if wanted.admits(each, tag_limits)]
        for query in (ALL[3], ALL[290]):
            exact = sorted(fitting, key=lambda each: -float(each.embedding @ query.embedding))[:10]
            found = [each.id for each, _ in table.nearest(query.embedding, 10, wanted)]
            assert found[0] == exact[0].id
            assert len(set(found) & {each.id for each in exact}) >= 0.7 * len(exact)
    table.optimise()
    assert table.count == 299


def test_a_library_that_grows_is_cut_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_module, "CUT_FROM", 100)
    table = SampleTable(str(tmp_path))
    table.put(ALL[:120])
    assert _cut_count(table, 120) == 120
    table.put(ALL[120:150])
    assert _cut_count(table, 120) == 120  # too few are new
    table.put(ALL[150:])
    assert _cut_count(table, 300) == 300


def _cut_count(table: SampleTable, wanted: int) -> int:
    """Returns how many samples lie in cells, once that is so, or after a minute."""
    for _ in range(600):
        order = table.catalogue.order
        if order is not None and order.count == wanted:
            break
        time.sleep(0.1)
    return order.count if order else 0


def test_many_small_puts_leave_few_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_module, "_PUTS_BEFORE_OPTIMISING", 10)
    table = SampleTable(str(tmp_path))
    for each in ALL[:24]:
        table.put([each])
    assert table.count == 24
    assert table._opened().stats()["fragment_stats"]["num_fragments"] <= 5  # one joined, and one for each put since


def test_a_library_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LibraryUnavailable, match="--library"):
        _ = SampleTable(str(tmp_path / "file")).count
