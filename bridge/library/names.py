"""What people call samples: by a path, by a name, by a part of it, or by the beginning of an id."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from bridge.errors import RequestRefused
from bridge.library.sample import Entry
from bridge.library.store import File, LibraryStore

MOST_CHOICES = 5
_ID = re.compile(r"[0-9a-f]{8,64}")


def entries_of(files: Iterable[File]) -> dict[str, Entry]:
    """Returns the samples that readable files are, by digest; of copies, the one whose path comes first."""
    entries: dict[str, Entry] = {}
    for file in sorted((file for file in files if not file.reason), key=lambda file: file.path):
        entries.setdefault(file.sha256, Entry(file.sha256, Path(file.path).stem, folders_of(file)))
    return entries


def folders_of(file: File) -> tuple[str, ...]:
    """Returns the names of the folders that a file lies in, from the library's own folder on; nothing above it.

    >>> folders_of(File("/home/ana/Drums/808/kick.wav", "/home/ana/Drums", 1, 1))
    ('Drums', '808')
    """
    folder = Path(file.folder)
    inner = Path(file.path).parent.relative_to(folder).parts
    return tuple(name for name in (folder.name, *inner) if name)


def find_sample(text: str, files: Iterable[File]) -> File:
    """Returns the file of the library that is meant by `text`.

    The first of these that fits decides: the path; the name, with or without its suffix; the beginning of the id; a
    part of the name. Capital letters do not matter.

    Raises:
        RequestRefused: no sample is meant, or several.
    """
    readable = [file for file in files if not file.reason]
    wanted = text.casefold()
    path = str(Path(text).absolute())
    for fits in (
        lambda file: file.path == path,
        lambda file: wanted in (Path(file.path).name.casefold(), Path(file.path).stem.casefold()),
        lambda file: _ID.fullmatch(wanted) is not None and file.sha256.startswith(wanted),
        lambda file: wanted in Path(file.path).name.casefold(),
    ):
        found = {file.sha256: file for file in reversed(readable) if fits(file)}
        if found:
            return _only(text, list(found.values())[::-1])
    raise RequestRefused(f"There is no file and no sample of the library named “{text}”; see “auxsend library list”.")


def find_seed(text: str, store: LibraryStore) -> Path:
    """Returns the audio that is meant by `text`: a file, or a sample of the library.

    Raises:
        RequestRefused: none is meant, or several.
    """
    path = Path(text)
    return path.absolute() if path.is_file() else Path(find_sample(text, store.files()).path)


def find_ids(names: Sequence[str], store: LibraryStore) -> tuple[str, ...]:
    """Returns the ids of the library's samples that are meant by `names`.

    Raises:
        RequestRefused: one means none, or several.
    """
    files = store.files() if names else []
    return tuple(find_sample(name, files).sha256 for name in names)


def _only(text: str, found: list[File]) -> File:
    """Returns the only file.

    Raises:
        RequestRefused: there are more.
    """
    if len(found) == 1:
        return found[0]
    choices = ", ".join(f"“{file.path}”" for file in found[:MOST_CHOICES])
    more = f" and {len(found) - MOST_CHOICES} more" if len(found) > MOST_CHOICES else ""
    raise RequestRefused(f"“{text}” may mean {choices}{more}; write more of the name, or the path.")
