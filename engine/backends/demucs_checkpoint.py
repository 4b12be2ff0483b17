"""demucs' checkpoints of before safetensors (`955717e8-8726e21a.th`), brought into the layout of today.

Such a file is a pickle of a dict with the class of the model, its arguments and its state. It is read with
`weights_only=True`: beside tensors and plain values only the three classes of demucs and fractions may occur in it, and
none of its code can run.
"""

import json
from fractions import Fraction
from pathlib import Path

from engine.errors import WeightsCorrupt
from engine.weights.safetensors_file import write_safetensors


def convert(source: Path, target: Path) -> None:
    """Writes the checkpoint to `target` in the layout of `demucs.hf.load_safetensors_model`.

    Raises:
        WeightsCorrupt: it holds something else than a demucs model.
    """
    import torch
    from demucs.demucs import Demucs
    from demucs.hdemucs import HDemucs
    from demucs.htdemucs import HTDemucs

    try:
        with torch.serialization.safe_globals([Demucs, HDemucs, HTDemucs, Fraction]):
            package = torch.load(source, map_location="cpu", weights_only=True)
        klass, args, kwargs = package["klass"], package["args"], package["kwargs"]
        tensors = {name: tensor.contiguous().numpy() for name, tensor in package["state"].items()}
        metadata = {
            "klass": f"{klass.__module__}.{klass.__qualname__}",
            "args": json.dumps(args, default=_encode),
            "kwargs": json.dumps(kwargs, default=_encode),
        }
    except Exception as error:  # a pickle that is none can fail in any way
        raise WeightsCorrupt("The checkpoint is not one of demucs' published models; fetch it again.") from error
    write_safetensors(target, tensors, metadata)


def _encode(value: object) -> dict[str, object]:
    """Returns demucs' JSON form of a fraction."""
    if not isinstance(value, Fraction):
        raise TypeError(f"{value!r} is not an argument of a model")
    return {"_type": "fraction", "numerator": value.numerator, "denominator": value.denominator}
