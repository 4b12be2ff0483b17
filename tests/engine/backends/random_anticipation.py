"""A small Anticipatory Music Transformer with random weights, in the files that the hub has."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import GPT2Config, GPT2LMHeadModel

from engine.backends.anticipation_tokens import VOCABULARY_SIZE
from engine.weights.text_file import write_text

MODEL, CONFIG = "music-large-800k", "music-large-800k-config"


def random_gpt2(**changes: object) -> GPT2LMHeadModel:
    """Returns transformers' own network; equal calls give equal weights, which prefer some tokens to others."""
    torch.manual_seed(0)
    sizes = {"vocab_size": VOCABULARY_SIZE, "n_positions": 1024, "n_embd": 16, "n_layer": 1, "n_head": 2} | changes
    network = GPT2LMHeadModel(GPT2Config(**sizes)).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(torch.randn_like(parameter) * (0.25 if parameter.dim() > 1 else 0.1))
    return network


def write_random_anticipation(folder: Path, **changes: object) -> dict[str, Path]:
    """Returns the files of a model, by the names of its weights."""
    paths = {name: folder / f"{name}.safetensors" for name in (MODEL, CONFIG)}
    network = random_gpt2(**changes)
    state = {name: tensor.contiguous() for name, tensor in network.state_dict().items() if name != "lm_head.weight"}
    save_file(state, paths[MODEL], {"format": "pt"})
    write_text(paths[CONFIG], json.dumps(network.config.to_dict()))
    return paths
