"""Items a few at a time, as they come."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(items: Iterable[T], count: int) -> Iterator[list[T]]:
    """Yields consecutive items in lists of `count`; the last one may be shorter."""
    remaining = iter(items)
    while batch := list(islice(remaining, count)):
        yield batch
