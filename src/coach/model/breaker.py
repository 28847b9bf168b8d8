"""A circuit breaker: a model that failed several times in a row is left alone for a while.

Closed, calls go through; after `failures` in a row it opens and calls are refused at once; after `rest` seconds one
call is let through as a trial, and its outcome closes or opens it again (M. Nygard, "Release It!", 2007).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from coach.errors import ModelError, ReaderLeftError


class CircuitBreaker:
    """Counts failures of one model; safe to share between threads.

    A call that its reader broke off says nothing about the model and counts neither way.
    """

    def __init__(self, name: str, *, failures: int, rest: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Close the circuit; `rest` is in seconds of `clock`."""
        self._name, self._most, self._rest, self._clock = name, failures, rest, clock
        self._lock = threading.Lock()
        self._failed = 0
        self._opened = 0.0
        self._on_trial = False

    @property
    def is_open(self) -> bool:
        """Whether calls are refused, but for a trial."""
        return self._failed >= self._most

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Run a call inside; raises ModelError at once while the circuit is open."""
        trial = self._enter()
        try:
            yield
        except ReaderLeftError:
            raise
        except ModelError:
            self._count(failed=True)
            raise
        else:
            self._count(failed=False)
        finally:
            if trial:
                self._on_trial = False

    def _enter(self) -> bool:
        """Whether this call is the trial."""
        with self._lock:
            if not self.is_open:
                return False
            if self._on_trial or self._clock() - self._opened < self._rest:
                raise ModelError(f"The model {self._name} failed {self._failed} times in a row and is left alone.")
            self._on_trial = True
            return True

    def _count(self, *, failed: bool) -> None:
        with self._lock:
            self._failed = self._failed + 1 if failed else 0
            if self.is_open:
                self._opened = self._clock()
