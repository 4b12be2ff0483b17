"""Trains the melody model, from POP909 to the weights that AuxSend ships.

    python -m engine.training.melody prepare --songs POP909 --work WORK
    python -m engine.training.melody train --work WORK
    python -m engine.training.melody train --work WORK --network lstm
    python -m engine.training.melody export --work WORK --out WEIGHTS.safetensors

POP909 is the data set's folder, with its songs in 001 to 879 (the split is in `melody_split`). Everything that is made
is kept in WORK, and training goes on where it was interrupted. The LSTM is what the transformer is measured against; it
is not shipped. See docs/model-cards/melody.md.
"""

import argparse
from pathlib import Path

import torch
from torch import nn

from engine.backends.melody_network import MelodyNetwork
from engine.training.melody_fit import Fit, Recipe
from engine.training.melody_lstm import MelodyLstm
from engine.training.melody_songs import read_songs, write_songs
from engine.training.melody_split import TEST_SONGS, TRAINING_SONGS, VALIDATION_SONGS
from engine.weights.digest import sha256_of
from engine.weights.safetensors_file import write_safetensors

SPLITS = {"validate": VALIDATION_SONGS, "test": TEST_SONGS, "train": TRAINING_SONGS}
DROPOUT = 0.0
THREADS = 1


def prepare(songs: Path, work: Path) -> None:
    """Reads the songs that are not there yet."""
    for part, numbers in SPLITS.items():
        path = songs_path(work, part)
        if not path.exists():
            write_songs(songs, numbers, path)
            print(path.name, flush=True)


def songs_path(work: Path, part: str) -> Path:
    """Returns where the songs of a part out of `SPLITS` are kept."""
    return work / f"{part}.pickle"


def make_transformer() -> nn.Module:
    """Returns the network that is shipped, untrained."""
    return MelodyNetwork(dropout=DROPOUT)


def make_lstm() -> nn.Module:
    """Returns the network that it is measured against, untrained."""
    return MelodyLstm(dropout=DROPOUT)


NETWORKS = {"transformer": make_transformer, "lstm": make_lstm}


def train(work: Path, network: str, recipe: Recipe, threads: int) -> None:
    """Trains a network out of `NETWORKS` until the recipe is done."""
    torch.set_num_threads(threads)
    fit = Fit(work, network, NETWORKS[network], recipe)
    fit.run(read_songs(songs_path(work, "train")), read_songs(songs_path(work, "validate")))


def export(work: Path, out: Path) -> None:
    """Writes the weights to ship: the averaged network in half precision."""
    fit = Fit(work, "transformer", make_transformer, Recipe())
    state = {name: tensor.cpu().half().numpy() for name, tensor in fit.averaged.state_dict().items()}
    network = fit.averaged
    assert isinstance(network, MelodyNetwork)
    write_safetensors(out, state, {"model": "melody", "steps": str(fit.step)} | network.shape.as_metadata())
    print(f"{out.stat().st_size} bytes, sha256 {sha256_of(out)}, {fit.step} steps, {fit.seconds:.0f} s")


def main() -> None:
    """Runs one command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("prepare", "train", "export"))
    parser.add_argument("--songs", type=Path, default=Path("pop909"))
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--network", choices=sorted(NETWORKS), default="transformer")
    parser.add_argument("--minutes", type=float, default=Recipe.minutes)
    parser.add_argument("--steps", type=int, default=Recipe.step_count)
    parser.add_argument("--threads", type=int, default=THREADS)
    parser.add_argument("--out", type=Path, default=Path("melody.safetensors"))
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    if arguments.command == "prepare":
        prepare(arguments.songs, arguments.work)
    elif arguments.command == "train":
        recipe = Recipe(step_count=arguments.steps, minutes=arguments.minutes)
        train(arguments.work, arguments.network, recipe, arguments.threads)
    else:
        export(arguments.work, arguments.out)


if __name__ == "__main__":
    main()
