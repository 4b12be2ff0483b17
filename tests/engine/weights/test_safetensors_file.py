"""Files that we write are read by the safetensors package, and depend on nothing but their content."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import load_file

from engine.weights.safetensors_file import as_exact_float16, write_safetensors

DTYPES = ("bool", "uint8", "int32", "int64", "float16", "float32", "float64")
arrays = st.sampled_from(DTYPES).flatmap(
    lambda dtype: npst.arrays(np.dtype(dtype), npst.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
)


@given(st.dictionaries(st.text(min_size=1, max_size=8), arrays, max_size=4))
def test_the_package_reads_back_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, tensors: dict[str, NDArray[Any]]
) -> None:
    path = tmp_path_factory.mktemp("tensors") / "x.safetensors"
    tensors.pop("__metadata__", None)
    write_safetensors(path, tensors, {"klass": "a.B", "args": "[]"})
    read = load_file(path)
    assert read.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert read[name].dtype == tensor.dtype
        np.testing.assert_array_equal(read[name], tensor)
    with safe_open(path, framework="numpy") as file:
        assert file.metadata() == {"klass": "a.B", "args": "[]"}


def test_order_and_memory_layout_do_not_matter(tmp_path: Path) -> None:
    matrix = np.arange(6, dtype=np.float32).reshape(2, 3)
    one, other = tmp_path / "one", tmp_path / "other"
    write_safetensors(one, {"a": matrix, "b": matrix.T}, {"k": "1", "l": "2"})
    write_safetensors(
        other, {"b": np.ascontiguousarray(matrix.T), "a": np.asfortranarray(matrix)}, {"l": "2", "k": "1"}
    )
    assert one.read_bytes() == other.read_bytes()


def test_half_precision_only_where_nothing_is_lost() -> None:
    exact = {"a": np.array([0.5, -2048.0], dtype=np.float32)}
    assert as_exact_float16(exact)["a"].dtype == np.float16
    rounded = exact | {"b": np.array([0.1], dtype=np.float32)}
    assert {tensor.dtype for tensor in as_exact_float16(rounded).values()} == {np.dtype(np.float32)}
