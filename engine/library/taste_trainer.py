"""Keeps a taste model up to date: trains on a thread of its own while the last model goes on answering."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from engine.library.taste import TasteModel, fit_taste
from engine.library.use_matrix import UseMatrix, use_matrix
from engine.library.uses import UseStore

log = logging.getLogger(__name__)

STALE_SHARE = 0.02
"""New uses, as a share of those that the model has seen, after which it is trained again."""
Fit = Callable[[UseMatrix, int, Callable[[], None]], TasteModel | None]


class TasteTrainer:
    """Holds the latest model. May be called from any thread; only `wait` and `close` wait."""

    def __init__(self, store: UseStore, fit: Fit = fit_taste) -> None:
        self._store = store
        self._fit = fit
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="taste")
        self._is_training = False
        self._is_closed = threading.Event()
        self._trained_version = 0
        self._model: TasteModel | None = None

    @property
    def model(self) -> TasteModel | None:
        """The last model that was trained; None before the first, and while there are no uses."""
        return self._model

    def refresh(self) -> None:
        """Begins to train if enough uses are new and no training is under way."""
        with self._lock:
            if self._is_training or self._is_closed.is_set() or not self._is_stale():
                return
            self._is_training = True
            self._thread.submit(self._train)

    def wait(self) -> None:
        """Waits until no training is under way."""
        self._thread.submit(lambda: None).result()

    def close(self) -> None:
        """Stops the training at its next iteration, and waits for that."""
        self._is_closed.set()
        self._thread.shutdown()

    def _is_stale(self) -> bool:
        new_count = self._store.version - self._trained_version
        return new_count > 0 and new_count >= STALE_SHARE * self._trained_version

    def _train(self) -> None:
        while self._goes_on():
            version = self._store.version
            try:
                self._model = self._fit(use_matrix(self._store.all()), version, self._stop_if_closed)
            except _ClosedError:
                log.debug("the training was stopped")
            except Exception:
                log.exception("the taste could not be trained; the last model stays")
            self._trained_version = version  # also of a failure, which the same uses would only repeat

    def _goes_on(self) -> bool:
        """Returns whether there is something to train on; uses may have come in during the last training."""
        with self._lock:
            self._is_training = not self._is_closed.is_set() and self._is_stale()
            return self._is_training

    def _stop_if_closed(self) -> None:
        if self._is_closed.is_set():
            raise _ClosedError


class _ClosedError(Exception):
    """Raised inside a training when it is to stop."""
