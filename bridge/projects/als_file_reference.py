"""What a Live set says of a file, in the layouts of Live 9 to 12.

A `FileRef` has an absolute and a relative path:

- Live 11 and 12 write `<Path Value="/Users/ana/kick.wav"/>` and `<RelativePath Value="Samples/Imported/kick.wav"/>`;
- Live 9 and 10 write the file's `Name`, the folders to it as `RelativePathElement`s, and `Data` in hexadecimal digits:
  on Windows the path in UTF-16, on macOS an alias record, whose entries 18 and 19 are the path and its volume's.

A relative path starts at the set, or at the folder of its project, which may lie above it.
"""

import struct
from dataclasses import dataclass
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


def file_reference(element: ET.Element) -> FileReference:
    """Returns what a `FileRef` says."""
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
