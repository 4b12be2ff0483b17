"""Ableton Live sets, read and written without loss.

A `.als` is gzipped XML: one element `Ableton`, which says the version in its attributes, and in it `LiveSet`. What a
set holds is given by `bridge.projects.als_model`, and one of stems is made by `bridge.projects.als_stems`; here are
the documents. Live has thousands of members and no schema that is public, so a document keeps all of them, known or
not: read and written again, it is the same text to the last byte. How its text was written (line ends, how an empty
element ends, whether apostrophes are escaped) is kept beside the tree; where a set mixes two manners, one is chosen,
and it is the same XML all the same.
"""

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from bridge.projects.als_file_reference import FileReference, file_reference

LARGEST_XML_BYTES = 1_000_000_000
_ROOT = re.compile(r"<[A-Za-z]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_ATTRIBUTE_ESCAPES = _ESCAPES | {'"': "&quot;", "\n": "&#10;", "\t": "&#9;"}
_DAMAGES = (gzip.BadGzipFile, zlib.error, EOFError, ET.ParseError, UnicodeDecodeError)


@dataclass(frozen=True)
class Manner:
    """How a set's text is written, as far as XML leaves it open. The defaults are Live's own."""

    before: str = '<?xml version="1.0" encoding="UTF-8"?>\n'
    """What stands before the root element."""
    after: str = "\n"
    line_end: str = "\n"
    empty_end: str = " />"
    is_apostrophe_escaped: bool = False


@dataclass(frozen=True)
class Document:
    """A set as XML."""

    root: ET.Element
    """The element `Ableton`."""
    manner: Manner = Manner()


def read_document(path: Path) -> Document:
    """Returns a set.

    Raises:
        ValueError: the file is no Live set, damaged, or larger than any set.
        OSError: it cannot be read.
    """
    try:
        with gzip.open(path) as file:
            content = file.read(LARGEST_XML_BYTES + 1)
        if len(content) > LARGEST_XML_BYTES:
            raise ValueError(f"“{path}” holds more than {LARGEST_XML_BYTES // 1_000_000} MB, which no Live set does.")
        parser = ET.XMLParser(target=ET.TreeBuilder(insert_comments=True, insert_pis=True))
        root = ET.fromstring(content, parser)
        text = content.decode()
    except _DAMAGES as error:
        raise _no_set(path, str(error)) from error
    if root.tag != "Ableton":
        raise _no_set(path, f"its root is “{root.tag}”")
    return Document(root, _manner(text))


def write_document(path: Path, document: Document) -> None:
    """Writes a set. Only the gzip around the XML may differ from what Live or another program would write.

    Raises:
        OSError: it cannot be written.
    """
    path.write_bytes(gzip.compress(document_text(document).encode(), mtime=0))


def document_text(document: Document) -> str:
    """Returns a set's XML."""
    manner = document.manner
    pieces: list[str] = []
    _put(document.root, manner, pieces)
    body = "".join(pieces).replace("\n", manner.line_end)
    return manner.before + body + manner.after


def read_references(path: Path) -> list[FileReference]:
    """Returns the audio files of a Live set, each once, in the set's order: those of clips, Simplers and Samplers.

    Raises:
        ValueError: the file is no Live set, or damaged.
        OSError: it cannot be read.
    """
    try:
        with gzip.open(path) as file:
            return list(dict.fromkeys(_references(file)))
    except _DAMAGES as error:
        raise _no_set(path, str(error)) from error


def _references(file: gzip.GzipFile) -> Iterator[FileReference]:
    """Yields what is referred to, keeping no more of the set in memory than one element of it."""
    inside: list[str] = []
    for event, element in ET.iterparse(file, events=("start", "end")):
        if event == "start":
            inside.append(element.tag)
            continue
        inside.pop()
        if element.tag == "FileRef" and inside and inside[-1] == "SampleRef":
            yield file_reference(element)
        if "FileRef" not in inside:
            element.clear()


def _no_set(path: Path, reason: str) -> ValueError:
    return ValueError(f"“{path}” is no Live set, or damaged: {reason}.")


def _manner(text: str) -> Manner:
    """Returns how a set's text is written."""
    found = _ROOT.search(text)
    start = found.start() if found else 0
    last_tag = max(text.rfind("</"), text.rfind("/>"))
    return Manner(
        before=text[:start],
        after=text[text.find(">", last_tag) + 1 :],
        line_end="\r\n" if "\r\n" in text[start:] else "\n",
        empty_end="/>" if "/>" in text and " />" not in text else " />",
        is_apostrophe_escaped="&apos;" in text,
    )


def _put(element: ET.Element, manner: Manner, pieces: list[str]) -> None:
    """Appends the text of an element, without what follows it."""
    kind: object = element.tag
    if kind in (ET.Comment, ET.ProcessingInstruction):
        pieces.append(f"<!--{element.text}-->" if kind is ET.Comment else f"<?{element.text}?>")
        return
    pieces.append(f"<{element.tag}")
    pieces.extend(f' {key}="{_escaped(value, manner, _ATTRIBUTE_ESCAPES)}"' for key, value in element.items())
    if not len(element) and not element.text:
        pieces.append(manner.empty_end)
        return
    pieces.append(f">{_escaped(element.text or '', manner, _ESCAPES)}")
    for child in element:
        _put(child, manner, pieces)
        pieces.append(_escaped(child.tail or "", manner, _ESCAPES))
    pieces.append(f"</{element.tag}>")


def _escaped(text: str, manner: Manner, escapes: dict[str, str]) -> str:
    for character, escape in escapes.items():
        text = text.replace(character, escape)
    return text.replace("'", "&apos;") if manner.is_apostrophe_escaped else text
