"""The folder of made files: made once, bounded, and whole or not there."""

import asyncio
import os
from pathlib import Path

import pytest

from bridge.errors import AudioRefused
from bridge.panel.media_cache import MediaCache


class Maker:
    """Makes a file of a thousand bytes, slowly, and counts."""

    def __init__(self) -> None:
        self.count = 0

    async def __call__(self, target: Path) -> None:
        self.count += 1
        await asyncio.sleep(0.01)
        target.write_bytes(bytes(1000))


async def test_those_who_ask_together_get_one_file(tmp_path: Path) -> None:
    cache, make = MediaCache(tmp_path / "new"), Maker()
    paths = await asyncio.gather(*(cache.file("a", make) for _ in range(5)))
    assert len(set(paths)) == make.count == 1
    assert await cache.file("a", make) == paths[0]
    assert make.count == 1
    assert await cache.file("b", make) != paths[0]


async def test_one_who_goes_away_ends_nothing_for_the_others(tmp_path: Path) -> None:
    cache, make = MediaCache(tmp_path), Maker()
    leaving, staying = (asyncio.create_task(cache.file("a", make)) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    assert (await staying).exists()
    assert make.count == 1


async def test_what_was_used_longest_ago_makes_room(tmp_path: Path) -> None:
    cache, make = MediaCache(tmp_path, limit_bytes=2500), Maker()
    first, second = [await cache.file(key, make) for key in "ab"]
    os.utime(first, ns=(1, 1))
    os.utime(second, ns=(2, 2))
    await cache.file("a", make)  # used again
    third = await cache.file("c", make)
    assert sorted(tmp_path.iterdir()) == sorted([first, third])


async def test_a_failure_leaves_nothing_and_is_tried_again(tmp_path: Path) -> None:
    cache = MediaCache(tmp_path)

    async def fail(target: Path) -> None:
        target.write_bytes(b"half")
        raise AudioRefused("It is damaged.")

    with pytest.raises(AudioRefused):
        await cache.file("a", fail)
    assert list(tmp_path.iterdir()) == []
    assert (await cache.file("a", Maker())).stat().st_size == 1000
