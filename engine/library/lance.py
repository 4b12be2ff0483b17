"""Opens LanceDB's tables: in a folder, or in an object store.

LanceDB takes a while to load and starts threads of its own, which a forked process would not have; so it is imported
when a table is first opened, and nothing here may be called in a forked child.
"""

import contextlib
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from engine.errors import LibraryUnavailable

log = logging.getLogger(__name__)

SCHEMES = ("s3", "gs", "az", "file")

LanceTable = Any
"""LanceDB has no types."""

KEPT_VERSIONS = timedelta(minutes=10)
"""Longer than any other engine takes for one read."""


def create_table(location: str, name: str, schema: Any) -> LanceTable:  # noqa: ANN401 - pyarrow has no types
    """Returns a table of the library, which is made where there is none.

    Args:
        location: a folder, or an object store's URL such as s3://bucket/library.
        name: of the table.
        schema: pyarrow's, for a new table.

    Raises:
        LibraryUnavailable: it cannot be opened.
    """
    with reaching(location):
        return _connected(location).create_table(name, schema=schema, exist_ok=True)


def find_table(location: str, name: str) -> LanceTable | None:
    """Returns a table of the library, or None where there is none. Arguments and errors as in `create_table`."""
    with reaching(location):
        connection = _connected(location)
        return connection.open_table(name) if name in connection.list_tables().tables else None


@contextlib.contextmanager
def reaching(location: str) -> Iterator[None]:
    """Says of LanceDB's errors, a disk's or a network's, what they mean: the library cannot be reached.

    Raises:
        LibraryUnavailable: one was raised inside.
    """
    try:
        yield
    except (OSError, RuntimeError, ValueError) as error:
        raise _unavailable(location, error) from error


def with_ids(ids: list[str]) -> str:
    """Returns the condition that a row has one of these ids, of which there is at least one."""
    quoted = ["'" + sample_id.replace("'", "''") + "'" for sample_id in ids]
    return f"id IN ({', '.join(quoted)})"


def _connected(location: str) -> Any:  # noqa: ANN401 - LanceDB has no types
    import lancedb

    scheme, mark, _ = location.partition("://")
    if mark and scheme not in SCHEMES:
        # LanceDB has further ones, but some forget everything, and the others were never tried.
        raise LibraryUnavailable(
            f"A library cannot lie at {location}: name a folder, or a URL that begins with "
            f"{', '.join(f'{known}://' for known in SCHEMES)}.",
            location=location,
        )
    if not mark:
        Path(location).mkdir(parents=True, exist_ok=True)
    return lancedb.connect(location)


def _unavailable(location: str, error: Exception) -> LibraryUnavailable:
    if "://" not in location:
        sentence = f"The library at {location} cannot be opened: {error}. Check it"
    else:
        log.warning("%s: %s", location, error)  # a page of nested causes
        sentence = f"The library at {location} cannot be reached; the engine's log says why. Check its address and the "
        sentence += "credentials in the engine's environment"
    return LibraryUnavailable(f"{sentence}, or start the engine with another one (--library).", location=location)
