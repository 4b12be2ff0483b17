"""What a training run leaves in its folder: a log with a row now and then, its picture, and the state to go on from."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch


def log_row(row: Mapping[str, float], log: Path, unit: str, scale: str = "linear") -> None:
    """Adds a row to the log, draws the log anew beside it, and prints the row; `unit` and `scale` are of its losses."""
    with log.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    draw_log(log, log.with_suffix(".png"), unit, scale)
    print(row, flush=True)


def draw_log(log: Path, picture: Path, unit: str, scale: str = "linear") -> None:
    """Writes a picture of the losses over the steps: a line for every name in the last row."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    figure, axes = pyplot.subplots(figsize=(7, 4))
    for name in [name for name in rows[-1] if name not in ("step", "seconds")]:
        known = [row for row in rows if name in row]
        axes.plot([row["step"] for row in known], [row[name] for row in known], label=name)
    axes.set(xlabel="step", ylabel=unit, yscale=scale)
    axes.legend()
    figure.savefig(picture, dpi=100)
    pyplot.close(figure)


def save_state(state: Mapping[str, Any], path: Path) -> None:
    """Writes the state of a run, whole or not at all."""
    part = path.with_suffix(".part")
    torch.save(dict(state), part)
    part.replace(path)
