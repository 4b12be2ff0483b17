"""A melody model with random weights, small enough to write hundreds of candidates in a test, and music to give it."""

from pathlib import Path

import torch

from engine.backends.base import Card
from engine.backends.melody import MelodyBackend
from engine.backends.melody_network import MelodyNetwork, Shape
from engine.generation import PARTS, Prompt
from engine.musical_time import TempoMap, steady_tempo
from engine.notes import Note, NoteTrack
from engine.weights.safetensors_file import write_safetensors

_CARD = Card(
    name="random melody", task="generation", description="", implementation="", outputs=PARTS, sample_rate_hz=0,
    licence="", licence_note="", attribution_name="", attribution_url="", weights=("melody",),
)  # fmt: skip
SHAPE = Shape(width=32, layers=2, heads=2, hidden=48)


def random_network(seed: int = 0) -> MelodyNetwork:
    """Returns a network whose logits are far from even, so that it prefers some tokens wherever it may."""
    torch.manual_seed(seed)
    network = MelodyNetwork(SHAPE).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.mul_(8 if parameter.dim() > 1 else 1)
    return network


def write_network(network: MelodyNetwork, path: Path) -> None:
    """Writes the network as it is shipped, but in full precision."""
    state = {name: tensor.numpy() for name, tensor in network.state_dict().items()}
    write_safetensors(path, state, network.shape.as_metadata())


def random_backend(folder: Path) -> MelodyBackend:
    """Returns a backend that runs a random network."""
    path = folder / "melody.safetensors"
    write_network(random_network(), path)
    return MelodyBackend(_CARD, {"melody": path}, "cpu")


def prompt_of(
    pitches: tuple[int, ...] = (67, 69, 71, 74, 71, 69, 67, 64),
    *,
    tempo_map: TempoMap | None = None,
    quarters: float = 1.0,
) -> Prompt:
    """Returns a melody of equal notes, one after the other, in 4/4 at 120 quarters a minute."""
    grid = tempo_map or steady_tempo(120.0)
    notes = []
    for number, pitch in enumerate(pitches):
        onset_sec, end_sec = grid.seconds_at(number * quarters), grid.seconds_at((number + 1) * quarters)
        notes.append(Note(pitch, 90, onset_sec, end_sec - onset_sec))
    return Prompt((NoteTrack("melody", tuple(notes)),), grid)
