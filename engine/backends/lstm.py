"""LSTM layers of several networks at once, in numpy, one frame after another.

Networks that listen to the same audio (an ensemble, or the two directions of a bidirectional layer) differ in their
weights only, so that one batched product a frame serves them all. In numpy, because torch hands LSTMs to kernels that
kill the process on some virtual machines, and its plain ones are slower than this. For the gates, see Hochreiter and
Schmidhuber, "Long short-term memory" (1997).
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class LstmLayer:
    """The same layer of several networks, which remembers what it has heard."""

    def __init__(self, networks: Sequence[Mapping[str, Floats]], suffix: str) -> None:
        """Takes torch's tensors.

        Args:
            networks: state of each network's LSTM, by torch's names (`weight_ih_l0` ...).
            suffix: of the layer's tensors, such as "l0" or "l0_reverse".
        """
        into, again, bias = (
            np.stack([np.atleast_2d(network[f"{kind}_{suffix}"]).T for network in networks])
            for kind in ("weight_ih", "weight_hh", "bias_ih")
        )
        bias = bias + np.stack([network[f"bias_hh_{suffix}"][:, None] for network in networks])
        self._size = again.shape[1]
        # A sigmoid is half a tanh of half its argument, and a half: so all four gates take one call of tanh.
        scale = np.full(4 * self._size, 0.5, dtype=np.float32)
        scale[2 * self._size : 3 * self._size] = 1
        self._into = np.ascontiguousarray(into * scale)
        self._again = np.ascontiguousarray(again * scale)
        self._bias = bias.transpose(0, 2, 1) * scale
        self.forget()

    def forget(self) -> None:
        """Begins a new piece."""
        self._hidden = np.zeros((len(self._again), 1, self._size), dtype=np.float32)
        self._cell = np.zeros_like(self._hidden)

    def run(self, inputs: Floats) -> Floats:
        """Returns the outputs of the next frames, shape (networks, frames, size).

        Args:
            inputs: shape (networks, frames, features).
        """
        size = self._size
        driven = np.ascontiguousarray((inputs @ self._into + self._bias).swapaxes(0, 1))[:, :, None]
        outputs = np.empty((*driven.shape[:2], size), dtype=np.float32)
        gates = np.empty_like(driven[0]) if len(driven) else driven
        hidden, cell = self._hidden, self._cell
        for frame, drive in enumerate(driven):
            np.matmul(hidden, self._again, out=gates)
            gates += drive
            np.tanh(gates, out=gates)
            enter, keep, leave = gates[..., :size], gates[..., size : 2 * size], gates[..., 3 * size :]
            cell = 0.5 * ((keep + 1) * cell + (enter + 1) * gates[..., 2 * size : 3 * size])
            hidden = 0.5 * (leave + 1) * np.tanh(cell)
            outputs[frame] = hidden[:, 0]
        self._hidden, self._cell = hidden, cell
        return outputs.swapaxes(0, 1)
