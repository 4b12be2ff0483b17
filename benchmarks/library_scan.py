"""How fast the sample library finds its files, beside a plain loop of librosa's load.

    python -m benchmarks.library_scan FOLDER... [--count 2000]

The first COUNT audio files below the folders (unpacked one-shots, for example Debian's hydrogen-drumkits,
sonic-pi-samples and lmms-common; where there are fewer, copies with other bytes at their end make up the number) are
scanned:

- *first*: everything is new: each file is found and hashed, and what is compressed is decoded to its end, to see that
  it can be;
- *second*: nothing has changed;
- *librosa*: `librosa.load` on one file after the other, with its defaults (mono, 22,050 Hz), which hashes nothing;
- *librosa, own rate*: the same with `sr=None`, which spares it the conversion.

All in this process, after each file was read once, so that the disk does not count. Rates are files per second; where
other work is going on, processor time tells more than the clock, though a scan uses all cores at once and a loop one.
"""

import argparse
import asyncio
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import librosa

from bridge.library.scan import add_folders, scan
from bridge.library.store import LibraryStore
from bridge.library.walk import FoundFile, walk

COPIED = (".wav", ".flac")
"""Files of these kinds stay the same sound when bytes are put at their end, and become another sample."""


def gather(folders: list[Path], count: int, target: Path) -> int:
    """Copies the first `count` audio files into a folder and returns their size in bytes."""
    paths = [Path(found.path) for folder in folders for found in walk(folder) if isinstance(found, FoundFile)]
    chosen = list(_chosen(paths, count))
    for number, path in enumerate(chosen):
        place = target / f"{number // 100:03}" / f"{number:05}{path.suffix}"
        place.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, place)
        if number >= len(paths):
            with place.open("ab") as file:
                file.write(number.to_bytes(4))
    return sum(path.stat().st_size for path in target.rglob("*.*"))


def _chosen(paths: list[Path], count: int) -> Iterator[Path]:
    """Yields `count` paths: all, then those again that can be told apart."""
    yield from paths[:count]
    again = [path for path in paths if path.suffix.lower() in COPIED]
    for number in range(count - len(paths)):
        yield again[number % len(again)]


@dataclass(frozen=True)
class Spent:
    """What some work took, in seconds on the clock and of processor, of all threads."""

    clock_sec: float
    processor_sec: float


def spent_by(work: Callable[[], object]) -> Spent:
    """Returns what a function takes."""
    clock_sec, processor_sec = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - clock_sec, time.process_time() - processor_sec)


def scan_once(store: LibraryStore, folder: Path) -> int:
    """Returns how many files were new to a scan."""
    return asyncio.run(scan(store, add_folders(store, [folder]), lambda event: None)).new


def load_all(folder: Path, sample_rate_hz: int | None) -> None:
    """Loads all files with librosa; those that it refuses count too."""
    for path in sorted(folder.rglob("*.*")):
        try:
            librosa.load(path, sr=sample_rate_hz)
        except Exception as error:
            warnings.warn(f"{path.name}: {error}", stacklevel=1)


def row(label: str, count: int, spent: Spent, first: Spent) -> str:
    """Returns a row of the table: rates, and how many times the first scan is as fast."""
    return (
        f"{label:<17} {spent.clock_sec:8.2f} s ({spent.clock_sec / first.clock_sec:.2f} times the first scan), "
        f"{count / spent.clock_sec:6.0f} files/s; {spent.processor_sec:6.2f} s of processor "
        f"({spent.processor_sec / first.processor_sec:.2f} times)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--count", type=int, default=2000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, LibraryStore(Path(name) / "library.sqlite") as store:
        files = Path(name) / "files"
        files.mkdir()
        size_bytes = gather(arguments.folders, arguments.count, files)
        librosa.load(next(files.rglob("*.wav")))  # its first call loads what it works with
        print(f"{arguments.count} files, {size_bytes / 1e6:.0f} MB")
        first = spent_by(lambda: scan_once(store, files))
        print(row("first scan", arguments.count, first, first), flush=True)
        for label, work in {
            "second scan": lambda: scan_once(store, files),
            "librosa": lambda: load_all(files, 22_050),
            "librosa, own rate": lambda: load_all(files, None),
        }.items():
            print(row(label, arguments.count, spent_by(work), first), flush=True)


if __name__ == "__main__":
    main()
