"""Remembers the results of orders on disk, so that an equal order is answered without work, after a restart too."""

import contextlib
import json
import os
import time
from pathlib import Path

from engine.assets import AssetStore
from engine.errors import AssetNotFound
from engine.jobs.records import Result

KEEP_SEC = 90 * 24 * 3600.0


class ResultCache:
    """Keeps one small JSON file per result, named by the order's key; its assets may be evicted from the store."""

    def __init__(self, folder: Path, store: AssetStore) -> None:
        self._folder = folder
        self._store = store
        folder.mkdir(parents=True, exist_ok=True)

    def get(self, key: str) -> Result | None:
        """Returns the result remembered for `key` if all its assets are still there; marks them as used now."""
        path = self._path(key)
        try:
            saved = json.loads(path.read_text())
            result = Result(tuple(saved["asset_digests"]), saved["facts"])
            for digest in result.asset_digests:
                self._store.path(digest)
            os.utime(path)
        except FileNotFoundError:
            return None
        except (AssetNotFound, ValueError, KeyError):
            path.unlink(missing_ok=True)
            return None
        return result

    def put(self, key: str, result: Result) -> None:
        """Remembers a result."""
        path = self._path(key)
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_text(json.dumps({"asset_digests": result.asset_digests, "facts": dict(result.facts)}))
        temporary.replace(path)

    def remove_old(self) -> None:
        """Forgets results that nobody has asked for in three months."""
        limit = time.time() - KEEP_SEC
        for path in self._folder.iterdir():
            with contextlib.suppress(FileNotFoundError):  # another engine on the same folder was faster
                if path.stat().st_mtime < limit:
                    path.unlink()

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.json"
