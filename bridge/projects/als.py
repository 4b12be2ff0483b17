"""Ableton Live sets: which audio files a set refers to.

A `.als` is gzipped XML. Every clip and every Simpler or Sampler zone has a `SampleRef`, and in it a `FileRef`:

- Live 11 and 12 write `<Path Value="/Users/ana/kick.wav"/>` and `<RelativePath Value="Samples/Imported/kick.wav"/>`;
- Live 9 and 10 write the file's `Name`, the folders to it as `RelativePathElement`s, and `Data` in hexadecimal digits:
  on Windows the path in UTF-16, on macOS an alias record, whose entries 18 and 19 are the path and its volume's.

A relative path starts at the set, or at the folder of its project, which may lie above it.
"""

import gzip
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

_ALIAS_HEADER_BYTES = 150
_ALIAS_VERSION = b"\x00\x02"
_ALIAS_END, _ALIAS_PATH, _ALIAS_VOLUME = 0xFFFF, 18, 19
_SEPARATOR = "/"


@dataclass(frozen=True)
class FileReference:
    """What a project says of a file: an absolute path, as it was where the project was saved, and a relative one."""

    path: str = ""
    relative_path: str = ""


def read_references(path: Path) -> list[FileReference]:
    """Returns the audio files of a Live set, each once, in the set's order.

    Raises:
        ValueError: the file is no Live set, or damaged.
        OSError: it cannot be read.
    """
    try:
        with gzip.open(path) as file:
            return list(dict.fromkeys(_references(file)))
    except (gzip.BadGzipFile, zlib.error, EOFError, ET.ParseError) as error:
        raise ValueError(f"“{path}” is no Live set, or damaged: {error}.") from error


def _references(file: gzip.GzipFile) -> Iterator[FileReference]:
    """Yields what is referred to, keeping no more of the set in memory than one element of it."""
    inside: list[str] = []
    for event, element in ET.iterparse(file, events=("start", "end")):
        if event == "start":
            inside.append(element.tag)
            continue
        inside.pop()
        if element.tag == "FileRef" and inside and inside[-1] == "SampleRef":
            yield _reference(element)
        if "FileRef" not in inside:
            element.clear()


def _reference(element: ET.Element) -> FileReference:
    path = _value(element, "Path") or _path_of_data(element.findtext("Data", ""))
    relative = element.find("RelativePath")
    if relative is None:
        return FileReference(path)
    if "Value" in relative.attrib:
        return FileReference(path, relative.attrib["Value"])
    # An element without a name stands for the folder above.
    folders = [part.get("Dir") or ".." for part in relative.iter("RelativePathElement")]
    return FileReference(path, _SEPARATOR.join([*folders, _value(element, "Name")]))


def _value(element: ET.Element, tag: str) -> str:
    found = element.find(tag)
    return "" if found is None else found.get("Value", "")


def _path_of_data(text: str) -> str:
    """Returns the path that old versions hide in `Data`; empty where there is none."""
    try:
        content = bytes.fromhex("".join(text.split()))
    except ValueError:
        return ""
    if content[6:8] == _ALIAS_VERSION:
        return _path_of_alias(content)
    try:
        return content.decode("utf-16-le").rstrip("\0")
    except UnicodeDecodeError:
        return ""


def _path_of_alias(content: bytes) -> str:
    """Returns the path in an alias record of version 2: a header, then entries of tag, length and content."""
    found, position = dict[int, str](), _ALIAS_HEADER_BYTES
    while position + 4 <= len(content):
        tag, length = struct.unpack_from(">HH", content, position)
        if tag == _ALIAS_END:
            break
        found[tag] = content[position + 4 : position + 4 + length].decode(errors="replace")
        position += 4 + length + length % 2
    if _ALIAS_PATH not in found:
        return ""
    volume = found.get(_ALIAS_VOLUME, "").rstrip(_SEPARATOR)
    return volume + _SEPARATOR + found[_ALIAS_PATH].lstrip(_SEPARATOR)
