"""A small CLAP with random weights and few words, in the files that the hub has."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import ClapConfig, ClapModel

from engine.weights.text_file import write_text

MODEL, WORDS = "clap-htsat-unfused", "clap-htsat-unfused-words"
CONFIG = {
    "projection_dim": 16,
    "text_config": {
        "vocab_size": 300, "hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32,
        "max_position_embeddings": 100,
    },
    "audio_config": {
        "patch_embeds_hidden_size": 16, "hidden_size": 128, "depths": [1, 1, 1, 1], "num_attention_heads": [1, 1, 2, 2],
    },
}  # fmt: skip


def write_random_clap(folder: Path) -> dict[str, Path]:
    """Returns the files of a model, by the names of its weights; equal calls give equal models."""
    torch.manual_seed(0)
    paths = {name: folder / f"{name}.safetensors" for name in (MODEL, WORDS)}
    state = {name: tensor.contiguous() for name, tensor in ClapModel(ClapConfig(**CONFIG)).state_dict().items()}
    # Weights as small as the first ones of a training leave all sounds in one place.
    state = {
        name: 8 * tensor if name.endswith("weight") and tensor.ndim > 1 else tensor for name, tensor in state.items()
    }
    save_file(state, paths[MODEL], {"format": "pt", "config": json.dumps(CONFIG)})
    write_text(paths[WORDS], tokenizer().to_str())
    return paths


def tokenizer() -> Tokenizer:
    """Returns a tokenizer of the kind that the hub has, which knows single bytes only."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {word: number for number, word in enumerate(("<s>", "<pad>", "</s>", "<unk>", *letters))}
    words = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    words.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    return words
