"""Live sets as documents, and what they refer to, in the layouts of Live 9 to 12."""

import gzip
import struct
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.projects.als import Document, document_text, read_document, read_references, write_document
from bridge.projects.als_file_reference import FileReference
from tests.bridge.projects.als_sets import SETS, read_text, write_text


def live_set(folder: Path, *references: str, name: str = "song.als") -> Path:
    """Writes a set with an audio clip for each reference."""
    clips = "".join(f"<AudioClip><SampleRef>{reference}</SampleRef></AudioClip>" for reference in references)
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Ableton MajorVersion="5"><LiveSet>{clips}</LiveSet></Ableton>'
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode()))
    return path


def live_12(path: str, relative_path: str = "") -> str:
    return f'<FileRef><RelativePath Value="{relative_path}"/><Path Value="{path}"/><Type Value="1"/></FileRef>'


def live_9(name: str, folders: tuple[str, ...], content: bytes) -> str:
    parts = "".join(f'<RelativePathElement Id="{n}" Dir="{folder}"/>' for n, folder in enumerate(folders))
    digits = "\n\t".join(content.hex().upper()[start : start + 80] for start in range(0, 2 * len(content), 80))
    return (
        f'<FileRef><HasRelativePath Value="true"/><RelativePath>{parts}</RelativePath><Name Value="{name}"/>'
        f"<Data>\n\t{digits}\n</Data></FileRef>"
    )


def alias(volume: str, path: str) -> bytes:
    """Returns a macOS alias record of version 2 with the two entries that say where the file is."""
    entries = b""
    for tag, text in ((0, "Samples"), (18, path), (19, volume)):
        content = text.encode()
        entries += struct.pack(">HH", tag, len(content)) + content + b"\0" * (len(content) % 2)
    header = struct.pack(">4sHH", b"\0\0\0\0", 150 + len(entries) + 4, 2).ljust(150, b"\0")
    return header + entries + struct.pack(">HH", 0xFFFF, 0)


def test_live_11_and_12_say_both_paths(tmp_path: Path) -> None:
    path = live_set(
        tmp_path,
        live_12("/Users/ana/João/kick.wav", "Samples/Imported/kick.wav"),
        live_12("/Users/ana/snare &amp; clap.wav"),
        live_12("/Users/ana/João/kick.wav", "Samples/Imported/kick.wav"),
    )
    assert read_references(path) == [
        FileReference("/Users/ana/João/kick.wav", "Samples/Imported/kick.wav"),
        FileReference("/Users/ana/snare & clap.wav"),
    ]


def test_live_9_hides_a_windows_path_in_utf_16(tmp_path: Path) -> None:
    data = "C:\\Música\\kick.wav".encode("utf-16-le") + b"\0\0"
    path = live_set(tmp_path, live_9("kick.wav", ("Samples", "Imported"), data))
    assert read_references(path) == [FileReference("C:\\Música\\kick.wav", "Samples/Imported/kick.wav")]


def test_live_9_hides_a_macos_path_in_an_alias(tmp_path: Path) -> None:
    data = alias("/Volumes/Drums", "Kits/é kick.wav")
    path = live_set(tmp_path, live_9("é kick.wav", ("", "Kits"), data))
    assert read_references(path) == [FileReference("/Volumes/Drums/Kits/é kick.wav", "../Kits/é kick.wav")]


@pytest.mark.parametrize("data", [b"", b"\x01", alias("/", "x")[:151], b"\0\0\0\0\0\0\0\3" + b"\0" * 200])
def test_data_that_says_no_path_leaves_the_relative_one(tmp_path: Path, data: bytes) -> None:
    (found,) = read_references(live_set(tmp_path, live_9("kick.wav", ("Samples",), data)))
    assert found.relative_path == "Samples/kick.wav"
    assert "kick" not in found.path


def test_what_a_sample_was_made_of_is_no_reference(tmp_path: Path) -> None:
    original = f"<SourceContext><OriginalFileRef>{live_12('/packs/loop.wav')}</OriginalFileRef></SourceContext>"
    path = live_set(tmp_path, live_12("/song/loop.wav") + original)
    assert read_references(path) == [FileReference("/song/loop.wav")]


@pytest.mark.parametrize(
    "content", [b"", b"<Ableton/>", gzip.compress(b"<Ableton>"), gzip.compress(b"<Ableton/>" * 9)[:20]]
)
def test_a_file_that_is_no_set_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "song.als"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="no Live set"):
        read_references(path)


def again(path: Path) -> str:
    """Returns the XML of a set that was read and written."""
    write_document(path.with_name("again.als"), read_document(path))
    return read_text(path.with_name("again.als"))


MANNERS = {
    "Windows line ends": SETS["Live 11"].replace("\n", "\r\n"),
    "no space in empty elements": SETS["Live 12"].replace(" />", "/>"),
    "escaped apostrophes": SETS["Live 12"].replace("Feet", "Ana&apos;s feet"),
    "line breaks and tabs in a name": SETS["Live 12"].replace("Feet", "Ana&#9;&#10;Bo"),
    "comments": SETS["Live 12"].replace("<SendsPre />", "<!-- Ana & <Bo> --><SendsPre /><?ana bo?>"),
    "text after the root": SETS["Live 11"] + "<!-- end -->\n\n",
    "no first line": SETS["Live 11"].partition("\n")[2].rstrip(),
    "other programs' members": SETS["Live 11"].replace("<SendsPre />", '<Other a="1" b="">\n text &amp; more </Other>'),
    "nothing else": "<Ableton/>",
}


@pytest.mark.parametrize("text", [*SETS.values(), *MANNERS.values()], ids=[*SETS, *MANNERS])
def test_a_set_that_is_read_and_written_is_the_same_to_the_byte(tmp_path: Path, text: str) -> None:
    assert again(write_text(tmp_path / "song.als", text)) == text


def test_a_set_in_two_manners_is_the_same_xml(tmp_path: Path) -> None:
    text = SETS["Live 12"].replace("<SendsPre />", "<SendsPre></SendsPre><A b='c\"&apos;'/><D>\r\n<![CDATA[<&]]></D>")
    written = again(write_text(tmp_path / "song.als", text))
    assert ET.canonicalize(written) == ET.canonicalize(text)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n\r'")))
def test_any_text_is_read_back(text: str) -> None:
    root = ET.Element("Ableton", Value=text)
    root.text = text
    found = ET.fromstring(document_text(Document(root)))
    assert found.attrib == {"Value": text}
    assert (found.text or "") == text


def test_a_change_is_the_only_change(tmp_path: Path) -> None:
    path = write_text(tmp_path / "song.als", SETS["Live 12"])
    document = read_document(path)
    tempo = document.root.find("LiveSet/MainTrack/DeviceChain/Mixer/Tempo/Manual")
    assert tempo is not None
    tempo.set("Value", "96")
    write_document(path, document)
    assert read_text(path) == SETS["Live 12"].replace('"128.5"', '"96"')


@pytest.mark.parametrize(
    "content", [b"", b"RIFF", gzip.compress(b"<Ableton>"), gzip.compress(b"<Als/>"), gzip.compress(b"\xff")]
)
def test_what_is_no_set_is_refused_as_a_document(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "song.als").write_bytes(content)
    with pytest.raises(ValueError, match=r"song\.als” is no Live set"):
        read_document(tmp_path / "song.als")
