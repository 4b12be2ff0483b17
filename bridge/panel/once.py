"""Work that several ask for at the same time, done once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Once(Generic[T]):
    """What is being made, by key."""

    def __init__(self) -> None:
        self._making: dict[str, asyncio.Future[T]] = {}

    async def get(self, key: str, make: Callable[[], Awaitable[T]]) -> T:
        """Returns what `make` gives, or what it gives to somebody who has asked for the same already.

        One who asks and goes away ends nothing for the others.
        """
        if key not in self._making:
            self._making[key] = asyncio.ensure_future(make())
            self._making[key].add_done_callback(lambda _: self._making.pop(key))
        return await asyncio.shield(self._making[key])
