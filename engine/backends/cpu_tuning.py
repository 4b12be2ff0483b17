"""What makes PyTorch faster on processors without changing what it computes.

Measured with HTDemucs (segments of 7.8 s, 2 cores with AVX-512), each against plain PyTorch in the same run:

- Memory. glibc gives every large tensor back to the system when it is freed and asks for it again a moment later: half
  a million page faults a segment. Keeping it: 1.2 times as fast.
- Attention. PyTorch's fast path for encoder layers uses a plain product and softmax, with the whole score matrix in
  memory; without it, attention runs blockwise ("flash"): 1.15 times as fast, largest difference 2e-7.
- Threads. One segment per core needs no agreement between cores at every operation. On an idle machine that gains
  little; while others use the machine too, operations that wait for their slower half cost up to twice the time.
"""

import ctypes
import platform
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

import torch
from torch import Tensor, nn

T = TypeVar("T")
R = TypeVar("R")

# From malloc.h.
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
_KEPT_BYTES = 1 << 30

MAX_PARALLEL_SEGMENTS = 4
"""A segment of HTDemucs under way takes about 800 MB."""


def keep_freed_memory() -> None:
    """Lets glibc keep the memory of freed tensors for the next ones; other C libraries are left alone."""
    if platform.libc_ver()[0] == "glibc":
        libc = ctypes.CDLL(None)
        libc.mallopt(_M_MMAP_THRESHOLD, _KEPT_BYTES)
        libc.mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)


def prefer_blockwise_attention() -> None:
    """Turns off the fast path of `nn.TransformerEncoderLayer`, which is the slower one for long sequences."""
    torch.backends.mha.set_fastpath_enabled(False)


class SegmentPool:
    """Runs a function over segments side by side, each on its share of the cores."""

    def __init__(self, max_width: int = MAX_PARALLEL_SEGMENTS, spreads_single: bool = True) -> None:
        """Prepares the threads.

        Args:
            max_width: how many segments may run at once.
            spreads_single: whether a segment that comes alone gets all the cores. Small networks lose by it: their
                cores would spend the time on waiting for each other.
        """
        self._spreads_single = spreads_single
        self._core_count = torch.get_num_threads()
        self.width = min(self._core_count, max_width)
        """How many segments run at once."""
        self._cores_each = self._core_count // self.width
        # PyTorch keeps the number of threads for each thread that calls it.
        self._pool = ThreadPoolExecutor(
            self.width, "segment", initializer=torch.set_num_threads, initargs=(self._cores_each,)
        )

    def map(self, function: Callable[[T], R], segments: Sequence[T]) -> list[R]:
        """Returns the function's results in order."""
        if len(segments) == 1 and self._spreads_single:
            return [function(segments[0])]
        try:
            # Setting it in a thread also sets it for MKL as a whole, and for threads that begin later.
            torch.set_num_threads(self._cores_each)
            return list(self._pool.map(function, segments))
        finally:
            torch.set_num_threads(self._core_count)

    def stream(self, function: Callable[[T], R], segments: Iterable[T]) -> Iterator[R]:
        """Yields the function's results in order, while the caller's thread makes the next segments.

        No more than two segments for each thread wait or run.
        """
        running: deque[Future[R]] = deque()
        try:
            torch.set_num_threads(self._cores_each)
            for segment in segments:
                running.append(self._pool.submit(function, segment))
                if len(running) > 2 * self.width:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        finally:
            wait(running)
            torch.set_num_threads(self._core_count)


class PlainLstm(nn.Module):
    """An LSTM by PyTorch's own kernels.

    oneDNN chooses kernels by what the processor announces; some virtual machines announce AMX but do not allow it, and
    the process dies (SIGILL). Its LSTM is the one kernel in these models for which it does that in float32.
    """

    _lock = threading.Lock()

    def __init__(self, lstm: nn.LSTM) -> None:
        super().__init__()
        self.lstm = lstm

    def forward(self, x: Tensor) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """Returns what `nn.LSTM` returns."""
        # The flag is one for all threads; another thread's convolutions are slower meanwhile, and equal.
        with self._lock:
            was_enabled = torch.backends.mkldnn.set_flags(_enabled=False)[0]  # type: ignore[no-untyped-call]
            try:
                output, state = self.lstm(x)
            finally:
                torch.backends.mkldnn.set_flags(_enabled=was_enabled)  # type: ignore[no-untyped-call]
        return output, state
