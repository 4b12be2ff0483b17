"""A second embedding of samples: kept, replaced, taken out, and seen by other engines."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.errors import LibraryUnavailable
from engine.library import vector_table
from engine.library.neighbours import from_kept
from engine.library.vector_table import VectorTable

IDS = [f"{number:064x}" for number in range(6)]


def vector(number: int) -> NDArray[np.float32]:
    made = np.random.default_rng(number).standard_normal(8).astype(np.float32)
    return np.asarray(made / np.linalg.norm(made))


def held(table: VectorTable) -> dict[str, NDArray[np.float32]]:
    vectors = table.vectors
    kept = from_kept(vectors.embeddings)
    return {sample_id.decode(): kept[place] for place, sample_id in enumerate(vectors.ids)}


def test_embeddings_come_back_as_they_were_put_in(tmp_path: Path) -> None:
    table = VectorTable(str(tmp_path), "model")
    table.put({IDS[4]: vector(4), IDS[1]: vector(1)})
    table.put({IDS[2]: vector(2), IDS[4]: vector(5)})
    table.optimise()
    for each in (table, VectorTable(str(tmp_path), "model")):
        found = held(each)
        assert found.keys() == {IDS[1], IDS[2], IDS[4]}
        for sample_id, number in ((IDS[1], 1), (IDS[2], 2), (IDS[4], 5)):
            np.testing.assert_allclose(found[sample_id], vector(number), atol=1e-4)  # they have 16 bits
        asked = np.array([name.encode() for name in (IDS[4], IDS[0], IDS[1])], "S64")
        assert each.vectors.places_of(asked).tolist() == [2, -1, 0]


def test_what_is_taken_out_is_gone(tmp_path: Path) -> None:
    table = VectorTable(str(tmp_path), "model")
    table.put({name: vector(number) for number, name in enumerate(IDS)})
    table.remove([IDS[0], "f" * 64, IDS[3]])
    table.remove(["f" * 64])
    assert held(table).keys() == held(VectorTable(str(tmp_path), "model")).keys() == set(IDS) - {IDS[0], IDS[3]}


def test_a_library_that_no_model_has_heard_has_none_and_makes_no_table(tmp_path: Path) -> None:
    table = VectorTable(str(tmp_path), "model")
    assert held(table) == {}
    assert table.vectors.places_of(np.array([b"x"], "S64")).tolist() == [-1]
    table.put({})
    table.remove([IDS[0]])
    table.optimise()
    assert list(tmp_path.iterdir()) == []


def test_two_models_do_not_meet(tmp_path: Path) -> None:
    VectorTable(str(tmp_path), "model").put({IDS[0]: vector(0)})
    assert held(VectorTable(str(tmp_path), "another")) == {}


def test_two_engines_see_each_others_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_table, "FRESH_SEC", -1.0)
    one, other = (VectorTable(str(tmp_path), "model") for _ in range(2))
    one.put({IDS[0]: vector(0)})
    other.put({IDS[1]: vector(1)})
    one.put({IDS[2]: vector(2)})
    other.remove([IDS[0]])
    assert held(one).keys() == held(other).keys() == {IDS[1], IDS[2]}


def test_a_table_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(LibraryUnavailable, match="--library"):
        _ = VectorTable(str(tmp_path / "file"), "model").vectors
