"""Playlists in extended M3U, in UTF-8, as every player reads them."""

from collections.abc import Iterable

from bridge.library.rows import Row


def playlist(rows: Iterable[Row]) -> str:
    """Returns a playlist of the samples that are on this machine."""
    lines = ["#EXTM3U"]
    for row in rows:
        if row.path is not None:
            lines += [f"#EXTINF:{round(row.sample.duration_sec)},{_line(row.sample.name)}", _line(str(row.path))]
    return "\n".join(lines) + "\n"


def _line(text: str) -> str:
    """Returns `text` as one line."""
    return " ".join(text.splitlines())
