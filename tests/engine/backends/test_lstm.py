"""The LSTM layers against torch's."""

import numpy as np
import torch

from engine.backends.lstm import Floats, LstmLayer

# The same sums in another order: 2e-7 was seen.
TOLERANCE = 2e-6


@torch.inference_mode()
def by_cells(network: torch.nn.LSTM, inputs: torch.Tensor) -> Floats:
    """Returns what the layers give, frame by frame, by torch's single cells: whole LSTMs use kernels that can crash."""
    for layer in range(network.num_layers):
        cell = torch.nn.LSTMCell(inputs.shape[1], network.hidden_size)
        cell.load_state_dict({name: network.state_dict()[f"{name}_l{layer}"] for name in cell.state_dict()})
        state, outputs = None, []
        for frame in inputs:
            state = cell(frame[None], state)
            outputs.append(state[0][0])
        inputs = torch.stack(outputs)
    return np.asarray(inputs)


def test_layers_of_several_networks_are_torchs_own() -> None:
    torch.manual_seed(0)
    networks = [torch.nn.LSTM(6, 5, num_layers=2, batch_first=True) for _ in range(3)]
    inputs = torch.randn(3, 40, 6)
    expected = np.stack([by_cells(network, x) for network, x in zip(networks, inputs, strict=True)])
    states = [{name: tensor.numpy() for name, tensor in network.state_dict().items()} for network in networks]
    first, second = LstmLayer(states, "l0"), LstmLayer(states, "l1")
    # In two parts, since the layers remember.
    parts = [second.run(first.run(part)) for part in np.split(inputs.numpy(), [17], axis=1)]
    np.testing.assert_allclose(np.concatenate(parts, axis=1), expected, atol=TOLERANCE)


def test_a_new_piece_begins_afresh() -> None:
    torch.manual_seed(0)
    layer = LstmLayer([{name: x.numpy() for name, x in torch.nn.LSTM(2, 3).state_dict().items()}], "l0")
    inputs = np.random.default_rng(0).standard_normal((1, 4, 2)).astype(np.float32)
    before = layer.run(inputs)
    assert not np.array_equal(layer.run(inputs), before)
    layer.forget()
    np.testing.assert_array_equal(layer.run(inputs), before)
