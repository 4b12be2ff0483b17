"""Which weights the mix should have: recall of every mix on made-up studios, of used and of new samples.

    python -m benchmarks.mix_weights [--seeds 20 21 22]

The seeds are others than those of `benchmarks.recommendation studio`, so that what is reported there was not chosen
by it. The weights go in steps of a tenth; the best mean of both recalls comes first.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from unittest.mock import patch

import numpy as np

from benchmarks.recommendation import STUDIO_PROJECTS, STUDIO_SAMPLES, serving, studio_recall
from benchmarks.synthetic_studio import make_studio
from engine.library import mix
from engine.library.mix import Mode

STEPS = 10
SHOWN_COUNT = 12

Weights = tuple[int, int, int]
"""Of similar, complement and taste, in tenths."""


def mixes() -> Iterator[Weights]:
    """Yields all weights that sum to 1."""
    for similar in range(STEPS + 1):
        for complement in range(STEPS + 1 - similar):
            yield similar, complement, STEPS - similar - complement


def by_mode(weights: Weights) -> Mapping[Mode, float]:
    """Returns weights as the mix has them; none is quite 0, so that any one source can stand alone."""
    shares = (max(weight / STEPS, 1e-6) for weight in weights)
    return dict(zip((Mode.SIMILAR, Mode.COMPLEMENT, Mode.TASTE), shares, strict=True))


def measure(seeds: Sequence[int]) -> dict[Weights, list[tuple[float, float]]]:
    """Returns recall of used and of new samples by weights, one pair per seed."""
    found: dict[Weights, list[tuple[float, float]]] = {weights: [] for weights in mixes()}
    for seed in seeds:
        studio = make_studio(STUDIO_SAMPLES, STUDIO_PROJECTS, seed)
        with serving(studio) as suggester:
            for weights, recalls in found.items():
                with patch.object(mix, "MIX_WEIGHTS", by_mode(weights)):
                    recalls.append(studio_recall(studio, suggester, Mode.MIX))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Which weights the mix should have.")
    parser.add_argument("--seeds", nargs="+", type=int, default=[20, 21, 22])
    found = measure(parser.parse_args().seeds)
    now = tuple(round(STEPS * mix.MIX_WEIGHTS[mode]) for mode in (Mode.SIMILAR, Mode.COMPLEMENT, Mode.TASTE))
    print("similar complement taste   used             new              mean of both")
    ordered = sorted(found, key=lambda weights: -float(np.mean(found[weights])))
    for weights in [*ordered[:SHOWN_COUNT], *(each for each in ordered[SHOWN_COUNT:] if each == now or 10 in each)]:
        used, new = np.transpose(found[weights])
        both = (used + new) / 2
        print("  ".join([
            f"{weights[0] / STEPS:7.1f} {weights[1] / STEPS:10.1f} {weights[2] / STEPS:5.1f}",
            *(f"{figures.mean():.3f} ± {figures.std():.3f}" for figures in (used, new, both)),
            "(now)" if weights == now else "",
        ]).rstrip())  # fmt: skip


if __name__ == "__main__":
    main()
