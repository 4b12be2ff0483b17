"""Files that the panel makes for the browser, kept in a folder of bounded size: what was used longest ago goes first.

Nothing is lost with them: each can be made again. A file appears when it is complete, and is made once, however many
ask for it at the same time.
"""

import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path

from bridge.outputs import staged
from bridge.panel.once import Once

LIMIT_BYTES = 1_000_000_000


class MediaCache:
    """A folder of files that can be made again.

    Args:
        folder: where they lie; made when it is needed.
        limit_bytes: how much they may take together; the newest one stays even where it alone is larger.
    """

    def __init__(self, folder: Path, limit_bytes: int = LIMIT_BYTES) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._making: Once[Path] = Once()

    async def file(self, key: str, make: Callable[[Path], Awaitable[None]]) -> Path:
        """Returns the WAV file of this key, made now if there is none.

        Args:
            key: what the file is, unlike anything else that is kept here.
            make: writes it to the path that it is given.

        Raises:
            BridgeError: it cannot be made; whoever asks next tries again.
        """
        name = f"{hashlib.sha256(key.encode(errors='surrogateescape')).hexdigest()[:32]}.wav"
        path = self._folder / name
        if path.exists():
            path.touch()
            return path
        return await self._making.get(name, lambda: self._make(path, make))

    async def _make(self, path: Path, make: Callable[[Path], Awaitable[None]]) -> Path:
        with staged(path.parent) as stage:
            await make(stage.staging / path.name)
            stage.publish([path.name], is_forced=True)
        self._make_room(path)
        return path

    def _make_room(self, newest: Path) -> None:
        others = [(path, path.stat()) for path in self._folder.glob("*.wav") if path != newest]
        room_bytes = self._limit_bytes - newest.stat().st_size
        for path, stat in sorted(others, key=lambda file: -file[1].st_mtime_ns):
            room_bytes -= stat.st_size
            if room_bytes < 0:
                path.unlink(missing_ok=True)
