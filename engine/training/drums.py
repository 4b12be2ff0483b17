"""Trains the drum transcriber, from the sounds of free kits to the weights that AuxSend ships.

    python -m engine.training.drums render --share SHARE --work WORK
    python -m engine.training.drums stems --share SHARE --work WORK
    python -m engine.training.drums train --work WORK --size small --minutes 45
    python -m engine.training.drums export --work WORK --size small --out SMALL.safetensors
    python -m engine.training.drums join --work WORK --networks SMALL LARGE --out WEIGHTS.safetensors

SHARE holds Debian's packages of kits and soundfonts (see `drums_sources`): /usr/share where they are installed, or a
folder into which they were unpacked. Everything that is made is kept in WORK, and every command goes on where it was
interrupted; a network of each size is trained in a WORK of its own. See docs/model-cards/drums.md.
"""

import argparse
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import torch

from engine.backends.drums import THRESHOLDS
from engine.backends.drums_network import LARGE, SMALL
from engine.backends.drums_voices import GROUPS
from engine.training.drums_committee import joined
from engine.training.drums_examples import (
    Drums,
    Shard,
    Studio,
    read_shards,
    record_accompaniments,
    shard_clips,
    write_shard,
)
from engine.training.drums_fit import Fit, Recipe
from engine.training.drums_kits import Kit, read_folder, record_soundfont
from engine.training.drums_sources import KITS, SOUNDFONTS, Part, existing
from engine.training.drums_stems import htdemucs_drums
from engine.training.drums_thresholds import best_thresholds
from engine.weights.digest import sha256_of
from engine.weights.safetensors_file import write_safetensors

ACCOMPANIMENTS: Mapping[Part, int] = {"train": 60, "validate": 8}
SHARDS: Mapping[Part, Mapping[str, int]] = {
    "train": {"solo": 80, "mix": 30, "other": 10},
    "validate": {"solo": 2, "mix": 2},
}
STEM_SHARDS: Mapping[Part, Mapping[str, int]] = {"validate": {"stem": 1}, "train": {"stem": 4}}
RECIPES = {"small": Recipe(SMALL), "large": Recipe(LARGE, step_count=3600)}
VALIDATION_SEED = 100_000
ROUND_MINUTES = 4.0
THREADS = 1


def kits_of(share: Path, part: Part) -> list[Kit]:
    """Returns the kits that are for training, validation or test."""
    folders = [read_folder(existing(share, source.folder)) for source in KITS if source.part == part]
    recorded = [
        record_soundfont(existing(share, source.file), source.bank, program)
        for source in SOUNDFONTS
        if source.part == part
        for program in source.programs
    ]
    return folders + recorded


def studio_of(share: Path, work: Path, part: Part, *, is_mono: bool) -> Studio:
    """Returns what clips of that part are made from; music is played by the soundfont that trains."""
    soundfont = existing(share, next(source.file for source in SOUNDFONTS if source.part == "train"))
    music = record_accompaniments(work / f"music-{part}", soundfont, ACCOMPANIMENTS[part])
    return Studio(kits_of(share, part), music, has_synthetic_kits=part == "train", is_mono=is_mono)


def render(share: Path, work: Path, shards: Mapping[Part, Mapping[str, int]], drums_of: Callable[[], Drums]) -> None:
    """Makes the shards that are not there yet, some of every kind before more of any."""
    for part, counts in shards.items():
        wanted = [
            (kind, number) for number in range(max(counts.values())) for kind, count in counts.items() if number < count
        ]
        missing = [(kind, number) for kind, number in wanted if not _path(work, part, kind, number).exists()]
        if not missing:
            continue
        studio, separate = studio_of(share, work, part, is_mono="stem" not in counts), drums_of()
        for kind, number in missing:
            path = _path(work, part, kind, number)
            if path.exists():  # another process makes shards, too
                continue
            seed = number + (VALIDATION_SEED if part == "validate" else 0)
            write_shard(path, shard_clips(studio, kind, seed, separate))
            print(path.name, flush=True)


def train(work: Path, recipe: Recipe, minutes: float) -> None:
    """Trains, on what shards there are; more that come meanwhile are taken in every few minutes."""
    torch.set_num_threads(THREADS)
    fit = Fit(work, recipe)
    ends = time.monotonic() + 60 * minutes
    while fit.step < recipe.step_count and time.monotonic() < ends:
        fit.run(_shards(work, "train"), _shards(work, "validate"), min(ROUND_MINUTES, (ends - time.monotonic()) / 60))


def export(work: Path, recipe: Recipe, out: Path) -> None:
    """Writes one network: its averaged weights in half precision, and the thresholds that suit it best."""
    fit = Fit(work, recipe)
    network = fit.averaged.eval()
    thresholds, scores = best_thresholds(network, _shards(work, "validate"))
    for group, threshold, score in zip(GROUPS, thresholds, scores, strict=True):
        print(f"{group:8} threshold {threshold:.3f} F {score:.3f}")
    state = {
        name: tensor.half().numpy()
        for name, tensor in network.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
    metadata = {"model": "drums", "steps": str(fit.step)}
    write_safetensors(out, state | {THRESHOLDS: thresholds}, metadata)
    print(f"{out.stat().st_size} bytes, sha256 {sha256_of(out)}, {fit.step} steps, {fit.seconds:.0f} s")


def join(work: Path, networks: Sequence[Path], out: Path) -> None:
    """Writes the weights to ship: the small network and the large one, which answer together."""
    small, large = networks
    write_safetensors(out, joined(small, large, _shards(work, "validate")), {"model": "drums"})
    print(f"{out.stat().st_size} bytes, sha256 {sha256_of(out)}")


def _path(work: Path, part: Part, kind: str, number: int) -> Path:
    return work / f"{part}-{kind}-{number:03}.npz"


def _shards(work: Path, part: Part) -> dict[str, Shard]:
    paths = {kind: sorted(work.glob(f"{part}-{kind}-*.npz")) for kind in ("solo", "mix", "stem", "other")}
    return {kind: read_shards(found) for kind, found in paths.items() if found}


def _no_separator() -> Drums:
    return lambda mix: mix


def main() -> None:
    """Runs one command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("render", "stems", "train", "export", "join"))
    parser.add_argument("--share", type=Path, default=Path("/usr/share"))
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--size", choices=tuple(RECIPES), default="small", help="of the network to train or export")
    parser.add_argument("--networks", type=Path, nargs=2, metavar=("SMALL", "LARGE"), help="exported, to be joined")
    parser.add_argument("--minutes", type=float, default=45.0)
    parser.add_argument("--out", type=Path, default=Path("drums.safetensors"))
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    if arguments.command == "render":
        render(arguments.share, arguments.work, SHARDS, _no_separator)
    elif arguments.command == "stems":
        render(arguments.share, arguments.work, STEM_SHARDS, htdemucs_drums)
    elif arguments.command == "train":
        train(arguments.work, RECIPES[arguments.size], arguments.minutes)
    elif arguments.command == "export":
        export(arguments.work, RECIPES[arguments.size], arguments.out)
    else:
        join(arguments.work, arguments.networks, arguments.out)


if __name__ == "__main__":
    main()
