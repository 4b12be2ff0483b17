"""Reads TensorFlow checkpoints with numpy alone.

A checkpoint `model` is two kinds of file (tensorflow/core/util/tensor_bundle, tensorflow/core/lib/io/table_format.txt):

- `model.index`, a sorted table in the manner of LevelDB. Its last 48 bytes, the footer, hold the place of the index
  block and a magic number. The index block names the data blocks; the data blocks map the name of each tensor to a
  protocol buffer, `BundleEntryProto`: dtype, shape, shard, offset, size. The entry with the empty name is the header,
  which says how many shards there are.
- `model.data-00000-of-00001` and so on, the shards: the values, one tensor after another, little-endian.

Checksums are not looked at: who fetches a checkpoint verifies the digests of its files.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import WeightsCorrupt

_MAGIC = 0xDB4775248B80FB57
_FOOTER_BYTES = 48
_BLOCK_TRAILER_BYTES = 5  # compression, checksum

# tensorflow/core/framework/types.proto
_DTYPES = {1: "<f4", 2: "<f8", 3: "<i4", 4: "u1", 5: "<i2", 6: "i1", 9: "<i8", 10: "?", 19: "<f2"}


@dataclass(frozen=True)
class Entry:
    """Where a tensor is, and what."""

    dtype: str
    shape: tuple[int, ...]
    shard: int
    offset: int
    size_bytes: int


def read_checkpoint(prefix: Path, keep: Callable[[str], bool]) -> dict[str, NDArray[Any]]:
    """Returns the tensors of a checkpoint whose names `keep` accepts.

    Args:
        prefix: path of the files without `.index`.
        keep: is given a tensor's name; optimiser slots are usually of no interest.

    Raises:
        WeightsCorrupt: the files are not a checkpoint, or not whole.
    """
    try:
        shard_count, entries = _read_index(prefix.with_name(prefix.name + ".index").read_bytes())
        return {name: _read_tensor(prefix, shard_count, entry) for name, entry in entries.items() if keep(name)}
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError) as error:
        raise WeightsCorrupt(f"{prefix.name} is not a TensorFlow checkpoint, or it is damaged ({error}).") from error


def _read_tensor(prefix: Path, shard_count: int, entry: Entry) -> NDArray[Any]:
    path = prefix.with_name(f"{prefix.name}.data-{entry.shard:05d}-of-{shard_count:05d}")
    dtype = np.dtype(entry.dtype)
    if prod(entry.shape) * dtype.itemsize != entry.size_bytes:
        raise ValueError(f"{entry.size_bytes} bytes do not make the shape {entry.shape}")
    values = np.fromfile(path, dtype=dtype, count=prod(entry.shape), offset=entry.offset)
    return values.reshape(entry.shape)


def _read_index(table: bytes) -> tuple[int, dict[str, Entry]]:
    """Returns the number of shards, and the entries by the names of their tensors."""
    footer = table[-_FOOTER_BYTES:]
    if int.from_bytes(footer[-8:], "little") != _MAGIC:
        raise ValueError("its index has no footer")
    _, position = _read_handle(footer, 0)
    index_block, _ = _read_handle(footer, position)
    shard_count, entries = 1, {}
    for _, handle in _read_block(table, index_block):
        for key, value in _read_block(table, _read_handle(handle, 0)[0]):
            if key:
                entries[key.decode()] = _parse_entry(value)
            else:
                shard_count = int(dict(_fields(value)).get(1, 1))
    return shard_count, entries


def _read_handle(data: bytes, position: int) -> tuple[slice, int]:
    """Returns the place of a block, and the position after its handle."""
    offset, position = _read_varint(data, position)
    size, position = _read_varint(data, position)
    return slice(offset, offset + size), position


def _read_block(table: bytes, place: slice) -> Iterator[tuple[bytes, bytes]]:
    """Yields keys and values. Each key says how many bytes it shares with the one before it."""
    if table[place.stop] != 0:
        raise ValueError("its index is compressed")
    if place.stop + _BLOCK_TRAILER_BYTES > len(table):
        raise ValueError("its index is cut short")
    block = table[place]
    restart_count = int.from_bytes(block[-4:], "little")
    end = len(block) - 4 * (restart_count + 1)
    position, key = 0, b""
    while position < end:
        shared, position = _read_varint(block, position)
        unshared, position = _read_varint(block, position)
        value_bytes, position = _read_varint(block, position)
        key = key[:shared] + block[position : position + unshared]
        position += unshared
        yield key, block[position : position + value_bytes]
        position += value_bytes


def _parse_entry(message: bytes) -> Entry:
    """Parses a BundleEntryProto; fields that are zero are left out on the wire."""
    fields = dict(_fields(message))
    if 7 in fields:
        raise ValueError("a tensor is stored in slices")
    dimensions = [dict(_fields(value)).get(1, 0) for number, value in _fields(fields.get(2, b"")) if number == 2]
    return Entry(
        dtype=_DTYPES[fields[1]],
        shape=tuple(dimensions),
        shard=fields.get(3, 0),
        offset=fields.get(4, 0),
        size_bytes=fields.get(5, 0),
    )


def _fields(message: bytes) -> Iterator[tuple[int, Any]]:
    """Yields number and value of each field of a protocol buffer: int for varints, bytes for the rest."""
    position = 0
    while position < len(message):
        tag, position = _read_varint(message, position)
        wire_type = tag & 7
        if wire_type == 0:
            value, position = _read_varint(message, position)
            yield tag >> 3, value
            continue
        if wire_type == 2:
            size, position = _read_varint(message, position)
        else:
            size = {1: 8, 5: 4}[wire_type]
        yield tag >> 3, message[position : position + size]
        position += size


def _read_varint(data: bytes, position: int) -> tuple[int, int]:
    """Returns the number, and the position after it: seven bits a byte, lowest first."""
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
