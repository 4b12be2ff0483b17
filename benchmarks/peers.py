"""The packages that our transcribers are held against, called as their users call them.

Models are loaded once, outside of what is timed.
"""

import contextlib
import io
import logging
import warnings
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from engine.notes import Note, by_onset


def basic_pitch_onnx() -> Path:
    """Returns the ONNX file inside the installed package."""
    spec = find_spec("basic_pitch")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "saved_models" / "icassp_2022" / "nmp.onnx"


@cache
def basic_pitch_module(name: str) -> Any:  # noqa: ANN401 - a module
    """Returns `basic_pitch.NAME`, imported without its warnings on the frameworks that are not installed."""
    from importlib import import_module

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.disable(logging.WARNING)
        try:
            return import_module(f"basic_pitch.{name}")
        finally:
            logging.disable(logging.NOTSET)


@cache
def _basic_pitch_model() -> Any:  # noqa: ANN401 - of a package without types
    return basic_pitch_module("inference").Model(basic_pitch_onnx())


def basic_pitch_predict(audio: Path) -> tuple[Note, ...]:
    """Returns the notes of `basic_pitch.inference.predict` with its ONNX model."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = basic_pitch_module("inference").predict(audio, _basic_pitch_model())[2]
    return by_onset(
        Note(int(pitch), max(1, round(127 * float(amplitude))), float(start), float(end - start))
        for start, end, pitch, amplitude, _ in found
    )
