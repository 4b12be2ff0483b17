"""References of Live sets, in the layouts of Live 9 to 12."""

import gzip
import struct
from pathlib import Path

import pytest

from bridge.projects.als import FileReference, read_references


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
