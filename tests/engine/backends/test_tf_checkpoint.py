"""Checkpoints written by an independent encoder come back as they were; damaged ones are refused."""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from numpy.typing import NDArray

from engine.backends.tf_checkpoint import read_checkpoint
from engine.errors import WeightsCorrupt

DTYPE_NUMBERS = {"float32": 1, "float64": 2, "int32": 3, "uint8": 4, "int64": 9, "bool": 10, "float16": 19}
TensorMap = Mapping[str, NDArray[Any]]

tensor_maps = st.dictionaries(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=12),
    st.sampled_from(sorted(DTYPE_NUMBERS)).flatmap(
        lambda dtype: npst.arrays(np.dtype(dtype), npst.array_shapes(min_dims=0, max_dims=4, max_side=3))
    ),
    max_size=8,
)


def varint(value: int) -> bytes:
    groups = [value >> shift & 0x7F for shift in range(0, max(value.bit_length(), 1), 7)]
    return bytes([group | 0x80 for group in groups[:-1]] + groups[-1:])


def field(number: int, value: int | bytes) -> bytes:
    """A protocol buffer field; zeros are left out, as proto3 does."""
    if isinstance(value, bytes):
        return varint(number << 3 | 2) + varint(len(value)) + value
    return varint(number << 3) + varint(value) if value else b""


def block(pairs: list[tuple[bytes, bytes]]) -> bytes:
    """A table block with prefix compression and a single restart point, without its trailer."""
    body, last = b"", b""
    for key, value in pairs:
        shared = next((i for i, (a, b) in enumerate(zip(key, last, strict=False)) if a != b), min(len(key), len(last)))
        body += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        last = key
    return body + struct.pack("<II", 0, 1)


def write_checkpoint(prefix: Path, tensors: TensorMap, shard_count: int = 2, block_size: int = 3) -> None:
    """Writes tensors in turn to `shard_count` shards, and an index of blocks of `block_size` entries."""
    shards = [b""] * shard_count
    entries = [(b"", field(1, shard_count) + field(3, field(1, 1)))]
    for number, (name, tensor) in enumerate(sorted(tensors.items(), key=lambda item: item[0].encode())):
        shard = number % shard_count
        shape = b"".join(field(2, field(1, side)) for side in tensor.shape)
        place = field(3, shard) + field(4, len(shards[shard])) + field(5, tensor.nbytes)
        checksum = varint(6 << 3 | 5) + struct.pack("<I", 0xDEADBEEF)
        entries.append((name.encode(), field(1, DTYPE_NUMBERS[tensor.dtype.name]) + field(2, shape) + place + checksum))
        shards[shard] += tensor.astype(tensor.dtype.newbyteorder("<")).tobytes()
    for shard, data in enumerate(shards):
        prefix.with_name(f"{prefix.name}.data-{shard:05d}-of-{shard_count:05d}").write_bytes(data)
    table, handles = b"", []

    def append(content: bytes) -> bytes:
        nonlocal table
        handle = varint(len(table)) + varint(len(content))
        table += content + b"\x00" + b"crc!"
        return handle

    for start in range(0, len(entries), block_size):
        part = entries[start : start + block_size]
        handles.append((part[-1][0] + b"\xff", append(block(part))))
    footer = append(block([])) + append(block(handles))
    table += footer.ljust(40, b"\x00") + struct.pack("<Q", 0xDB4775248B80FB57)
    prefix.with_name(prefix.name + ".index").write_bytes(table)


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    tensors: dict[str, NDArray[Any]] = {
        "conv/kernel": np.arange(6, dtype=np.float32).reshape(2, 3),
        "step": np.array(7, dtype=np.int64),
    }
    write_checkpoint(tmp_path / "model", tensors)
    return tmp_path / "model"


@given(tensor_maps, st.integers(1, 3), st.integers(1, 5))
def test_reads_back_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, tensors: TensorMap, shard_count: int, block_size: int
) -> None:
    prefix = tmp_path_factory.mktemp("checkpoint") / "model"
    write_checkpoint(prefix, tensors, shard_count, block_size)
    read = read_checkpoint(prefix, keep=lambda name: True)
    assert read.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert read[name].dtype == tensor.dtype
        np.testing.assert_array_equal(read[name], tensor)


def test_reads_only_what_is_wanted(checkpoint: Path) -> None:
    assert read_checkpoint(checkpoint, keep=lambda name: name == "step").keys() == {"step"}


@pytest.mark.parametrize("kept_bytes", [0, 10, 47, 60])
def test_refuses_an_index_that_is_cut_short(checkpoint: Path, kept_bytes: int) -> None:
    index = checkpoint.with_name("model.index")
    index.write_bytes(index.read_bytes()[:kept_bytes])
    with pytest.raises(WeightsCorrupt, match="not a TensorFlow checkpoint, or it is damaged"):
        read_checkpoint(checkpoint, keep=lambda name: True)


@given(st.data())
def test_damage_to_the_index_is_an_error_or_harmless_never_a_crash(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    prefix = tmp_path_factory.mktemp("checkpoint") / "model"
    write_checkpoint(prefix, {"a/kernel": np.ones((2, 2), np.float32), "a/bias": np.ones(2, np.float32)}, 1)
    index = prefix.with_name("model.index")
    damaged = bytearray(index.read_bytes())
    damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= data.draw(st.integers(1, 255))
    index.write_bytes(damaged)
    try:
        read_checkpoint(prefix, keep=lambda name: True)
    except WeightsCorrupt as error:
        assert "model" in error.message  # noqa: PT017


def test_refuses_a_missing_or_short_shard(checkpoint: Path) -> None:
    shard = checkpoint.with_name("model.data-00000-of-00002")
    shard.write_bytes(shard.read_bytes()[:-1])
    with pytest.raises(WeightsCorrupt):
        read_checkpoint(checkpoint, keep=lambda name: True)
    shard.unlink()
    with pytest.raises(WeightsCorrupt):
        read_checkpoint(checkpoint, keep=lambda name: True)
