"""The melody model on POP909's held-out songs, beside a Markov chain, repetition, an LSTM and transformers' GPT-2.

    python -m benchmarks.generation --work WORK [--parts likelihood likeness constraints speed cli]

WORK is the folder of `engine.training.melody`, which holds the songs in bars and, for the comparison, the trained LSTM.

likelihood    negative log-likelihood per note of the true continuations, and how often the next pitch is the likeliest
              one, or among the likeliest five
likeness      what 200 continuations have in common with the true ones: overlap of histograms, share of notes in the
              key, self-similarity with the prompt, longest run of notes that some training song has, too
constraints   how many of 1,000 candidates keep each kind of constraint, and what it costs
speed         tokens per second with the cache, without one, and of transformers' `generate` with an equal GPT-2
cli           how long `auxsend continue` takes to its first candidate and to its end, with the engine running
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import torch

from benchmarks.melody_cli import print_waits
from benchmarks.melody_models import Markov, Network, NextToken, Repeat, SlowDecoder, WithMotifs
from benchmarks.melody_peer import cached_rate, gpt2_rate, plain_rate
from benchmarks.melody_pieces import PROMPT_BARS, TARGET_BARS, Excerpt, excerpts, training_tokens
from benchmarks.melody_scores import (
    HISTOGRAMS,
    Melody,
    Memory,
    histograms,
    likelihood,
    likeness,
    overlap,
    share_in_key,
)
from engine.backends.melody import load
from engine.backends.melody_constraints import SCALES, rules_of
from engine.backends.melody_decoder import Decoder
from engine.backends.melody_grid import GridNote
from engine.backends.melody_network import MelodyNetwork, shape_of
from engine.backends.melody_plan import plan_of
from engine.backends.melody_scribe import Scribe
from engine.generation import Constraints, Continue, Sampling
from engine.settings import default_folders
from engine.training.melody import make_lstm, songs_path
from engine.training.melody_fit import Fit, Recipe
from engine.training.melody_songs import Run, read_songs
from engine.weights.store import WeightStore

PARTS = ("likelihood", "likeness", "constraints", "speed", "cli")
BATCH = 16
SAMPLES = 1000
PAIRS = 40

Check = Callable[[Melody, Excerpt], bool]


def weights_path() -> Path:
    """Returns the file of the shipped weights."""
    return WeightStore(default_folders()[1], is_offline=True).fetch("melody", lambda fraction, words: None)


def network_of(path: Path) -> MelodyNetwork:
    """Returns the shipped network in torch."""
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        network = MelodyNetwork(shape_of(file.metadata()))
        network.load_state_dict({name: file.get_tensor(name).float() for name in file.keys()})  # noqa: SIM118
    return network


def print_likelihood(network: MelodyNetwork, work: Path, train: Sequence[Run], pieces: Sequence[Excerpt]) -> None:
    """Prints the table of point 1."""
    sequences = training_tokens(train)
    validation = excerpts(read_songs(songs_path(work, "validate")), 60)
    repeats = [Repeat(sequences, trust) for trust in (0.3, 0.5, 0.7)]
    lstm = Fit(work, "lstm", make_lstm, Recipe())
    models: dict[str, NextToken] = {
        "as shipped": WithMotifs(Network(network)),
        "without motifs": Network(network),
        "LSTM": Network(lstm.averaged),
        "LSTM and motifs": WithMotifs(Network(lstm.averaged)),
        "Markov, order 5": Markov(sequences),
        "last bars again": min(repeats, key=lambda model: likelihood(model, validation).nats_per_note),
    }
    print(f"{len(pieces)} continuations of {TARGET_BARS} bars after {PROMPT_BARS}; the LSTM saw {lstm.step} batches")
    print(f"{'':18}{'nats per note':>15}{'pitch, top 1':>15}{'top 5':>10}")
    for name, model in models.items():
        found = likelihood(model, pieces)
        print(f"{name:18}{found.nats_per_note:15.3f}{found.top_1:15.3f}{found.top_5:10.3f}", flush=True)


def written(decoder: Decoder | SlowDecoder, piece: Excerpt, seed: int, constraints: Constraints) -> Melody:
    """Returns a continuation of an excerpt, in its C."""
    (only,) = written_batch(decoder, piece, Sampling(1, seed=seed), constraints)
    return only


def written_batch(
    decoder: Decoder | SlowDecoder,
    piece: Excerpt,
    sampling: Sampling,
    constraints: Constraints,
    bars: int = TARGET_BARS,
) -> list[Melody]:
    """Returns continuations of an excerpt, in its C, written all at once."""
    reading = piece.reading
    rules = rules_of(constraints, reading.key.mode, reading.to_c, reading.bar_ticks)
    scribe = Scribe(decoder, plan_of(reading, Continue(bars)), rules, reading.bar_ticks, sampling)  # type: ignore[arg-type]
    writings = scribe.write(range(sampling.candidate_count), lambda _: None)
    return [writing.session.parts["melody"].notes for writing in writings]


def again(piece: Excerpt) -> Melody:
    """Returns the last bars of the prompt."""
    length = piece.reading.bar_ticks
    return [
        GridNote(number * length + note.tick, note.pitch, note.duration, note.velocity)
        for number, bar in enumerate(piece.reading.bars[-TARGET_BARS:])
        for note in bar.melody
    ]


def print_likeness(decoder: Decoder, train: Sequence[Run], pieces: Sequence[Excerpt]) -> None:
    """Prints the table of point 2."""
    free = Constraints(key_rule="free")
    slow = SlowDecoder(Markov(training_tokens(train)))
    found: dict[str, list[Melody]] = {
        "truth": [piece.target_notes for piece in pieces],
        "as shipped": [written(decoder, piece, seed, Constraints()) for seed, piece in enumerate(pieces)],
        "same, key free": [written(decoder, piece, seed, free) for seed, piece in enumerate(pieces)],
        "Markov, order 5": [written(slow, piece, seed, free) for seed, piece in enumerate(pieces)],
        "last bars again": [again(piece) for piece in pieces],
    }
    memory = Memory(
        [[replace(n, tick=48 * i + n.tick) for i, bar in enumerate(run.bars) for n in bar.melody] for run in train]
    )
    modes = [piece.reading.key.mode for piece in pieces]
    prompts = [_joined(piece) for piece in pieces]
    truth = histograms(found["truth"], 48)
    columns = (*HISTOGRAMS, "in key", "like prompt", "longest run", "same")
    print(f"{'':18}" + "".join(f"{column:>14}" for column in columns))
    for name, melodies in found.items():
        own = histograms(melodies, 48)
        runs = [memory.longest_run(notes) for notes in melodies]
        whole = np.mean([run >= len(notes) for run, notes in zip(runs, melodies, strict=True)])
        values = [overlap(own[column], truth[column]) for column in HISTOGRAMS]
        values += [share_in_key(melodies, modes), likeness(melodies, prompts), float(np.mean(runs)), float(whole)]
        print(f"{name:18}" + "".join(f"{value:14.3f}" for value in values), flush=True)


def _joined(piece: Excerpt) -> list[GridNote]:
    length = piece.reading.bar_ticks
    return [
        replace(note, tick=number * length + note.tick)
        for number, bar in enumerate(piece.reading.bars)
        for note in bar.melody
    ]


def in_key(notes: Melody, piece: Excerpt) -> bool:
    """Returns whether all notes are of the key."""
    return all(note.pitch % 12 in SCALES[piece.reading.key.mode] for note in notes)


def in_range(notes: Melody, piece: Excerpt) -> bool:
    """Returns whether all notes lie between C4 and E5."""
    return all(60 <= note.pitch - piece.reading.to_c <= 76 for note in notes)


def one_at_a_time(notes: Melody, piece: Excerpt) -> bool:
    """Returns whether no two notes sound together."""
    ends = [note.tick + note.duration for note in notes]
    return all(end <= after.tick for end, after in zip(ends, notes[1:], strict=False))


def in_bars(notes: Melody, piece: Excerpt) -> bool:
    """Returns whether no note crosses a bar line."""
    length = piece.reading.bar_ticks
    return all(note.tick % length + note.duration <= length for note in notes)


def ended(notes: Melody, piece: Excerpt, bars: int = 2) -> bool:
    """Returns whether all notes have ended at the last bar line."""
    return all(note.tick + note.duration <= bars * piece.reading.bar_ticks for note in notes)


def as_dense(notes: Melody, piece: Excerpt, bars: int = 2) -> bool:
    """Returns whether each bar has 4 to 6 notes."""
    counts = Counter(note.tick // piece.reading.bar_ticks for note in notes)
    return all(4 <= counts[bar] <= 6 for bar in range(bars))


FREE = Constraints(key_rule="free", ends_on_bar=False)
KINDS: dict[str, tuple[Constraints, Check]] = {
    "strict key": (replace(FREE, key_rule="strict"), in_key),
    "range": (replace(FREE, lowest_pitch=60, highest_pitch=76), in_range),
    "polyphony": (replace(FREE, max_polyphony=1), one_at_a_time),
    "bar length": (replace(FREE, stays_in_bars=True), in_bars),
    "end on the bar": (replace(FREE, ends_on_bar=True), ended),
    "density": (replace(FREE, fewest_per_bar=4, most_per_bar=6), as_dense),
}


def print_constraints(decoder: Decoder, pieces: Sequence[Excerpt]) -> None:
    """Prints the table of point 3: each kind in turn with no constraint, on the same excerpts."""
    print(f"{'':18}{'kept of 1,000':>15}{'without it':>12}{'speed':>10}")
    for name, (constraints, check) in KINDS.items():
        kept = {True: 0, False: 0}
        rates: dict[bool, list[float]] = {True: [], False: []}
        for number in range(-(-SAMPLES // BATCH)):
            piece = pieces[number % len(pieces)]
            for is_bound in ((True, False), (False, True))[number % 2]:
                rule = constraints if is_bound else FREE
                began = time.perf_counter()
                found = written_batch(decoder, piece, Sampling(BATCH, seed=number), rule, bars=2)
                notes = sum(len(notes) for notes in found)
                rates[is_bound].append(notes / (time.perf_counter() - began))
                kept[is_bound] += sum(check(notes, piece) for notes in found[: min(BATCH, SAMPLES - number * BATCH)])
        ratio = np.median(rates[True]) / np.median(rates[False])
        print(f"{name:18}{kept[True]:15}{kept[False]:12}{ratio:10.2f}", flush=True)


def print_speed(network: MelodyNetwork, decoder: Decoder, pieces: Sequence[Excerpt]) -> None:
    """Prints point 4: the best of three rounds, in which all take turns."""
    piece = pieces[0]
    context = np.array(piece.tokens()[0][: piece.tokens()[1]])
    contenders = {
        "with the cache": partial(cached_rate, decoder, context),
        "a plain loop": partial(plain_rate, network, context),
        "transformers' GPT-2": partial(gpt2_rate, network.shape, context),
    }
    rates: dict[str, float] = {}
    for _ in range(3):
        for name, contender in contenders.items():
            rates[name] = max(rates.get(name, 0.0), contender())
    print(f"4 sequences, {len(context)} tokens of prompt; {torch.get_num_threads()} threads")
    for name, rate in rates.items():
        print(f"{name:22}{rate:10.0f} tokens/s  {rates['with the cache'] / rate:6.1f} times as slow")
    began = time.perf_counter()
    written(decoder, piece, 0, Constraints())
    print(f"prompt and first candidate of {TARGET_BARS} bars: {time.perf_counter() - began:.2f} s")


def main() -> None:
    """Runs the parts that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--weights", type=Path)
    options = parser.parse_args()
    path = options.weights or weights_path()
    network, decoder = network_of(path), load(path)
    pieces = excerpts(read_songs(songs_path(options.work, "test")), options.count)
    train = read_songs(songs_path(options.work, "train")) if {"likelihood", "likeness"} & set(options.parts) else []
    if "likelihood" in options.parts:
        print_likelihood(network, options.work, train, pieces)
    if "likeness" in options.parts:
        print_likeness(decoder, train, pieces)
    if "constraints" in options.parts:
        print_constraints(decoder, pieces[:PAIRS])
    if "speed" in options.parts:
        print_speed(network, decoder, pieces)
    if "cli" in options.parts:
        print_waits(pieces[0].prompt)


if __name__ == "__main__":
    main()
