"""A model one can rely on to answer or to say in time that it does not: patience, retries and a circuit breaker."""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import Any

from coach.errors import ModelError
from coach.model.base import Call, ChatModel
from coach.model.breaker import CircuitBreaker
from coach.model.patience import read_patiently

_ATTEMPTS = 3
_PASSING = re.compile(r"connect|timeout|timedout|transport|protocol|overloaded|unavailable", re.IGNORECASE)


class SteadyModel:
    """Any ChatModel, each reply within `timeout` seconds as a whole and `patience` seconds a piece.

    What fails in passing is tried again before its first piece, with growing random waits; a model that keeps
    failing is not asked for a while. Every failure is a ModelError.
    """

    def __init__(
        self, model: ChatModel, *, timeout: float, patience: float, breaker: CircuitBreaker, wait: float = 0.25
    ) -> None:
        """Wrap a model; `wait` is the scale of the random waits, in seconds."""
        self._model, self._timeout, self._patience = model, timeout, patience
        self._breaker, self._wait = breaker, wait

    @property
    def name(self) -> str:
        """The name of the model inside."""
        return self._model.name

    @property
    def inner(self) -> ChatModel:
        """The model inside, without the patience."""
        return self._model

    def stream(self, system: str, user: str, call: Call | None = None) -> Iterator[str]:
        """Pieces of the reply; raises ModelError when the model is down, slow, or was too often of late."""
        given = call or Call()
        own = replace(given, deadline=min(given.deadline, time.monotonic() + self._timeout))
        with self._breaker.guard():
            pieces = self._begin(system, user, own)
            try:
                yield from pieces
            finally:
                pieces.close()

    def _begin(self, system: str, user: str, call: Call) -> Generator[str]:
        """A reply that has begun, tried again while the fault is a passing one and there is time."""
        from tenacity import (
            Retrying,
            retry_if_exception,
            stop_after_attempt,
            stop_before_delay,
            wait_random_exponential,
        )

        retrying = Retrying(
            stop=stop_after_attempt(_ATTEMPTS) | stop_before_delay(min(call.remaining, 1e6)),
            wait=wait_random_exponential(multiplier=self._wait, max=10 * self._wait),
            retry=retry_if_exception(is_passing),
            reraise=True,
        )
        return retrying(self._attempt, system, user, call)

    def _attempt(self, system: str, user: str, call: Call) -> Generator[str]:
        pieces = read_patiently(
            lambda: self._model.stream(system, user, call), call, patience=self._patience, name=self.name
        )
        first = next(pieces, "")
        return _go_on(first, pieces)


def _go_on(first: str, rest: Iterator[str]) -> Generator[str]:
    try:
        yield first
        yield from rest
    finally:
        getattr(rest, "close", lambda: None)()


def is_passing(error: BaseException) -> bool:
    """Whether the same call may succeed a moment later: the line broke, the server is busy; not a refused key."""
    cause = error.__cause__
    if not isinstance(error, ModelError) or cause is None:
        return False
    status = get_status(cause)
    if status is not None:
        return status in (408, 409, 425, 429) or status >= 500
    return isinstance(cause, OSError) or any(_PASSING.search(kind.__name__) for kind in type(cause).__mro__)


def get_status(error: BaseException) -> int | None:
    """The HTTP status a provider's error carries; None when there was no reply at all."""
    found: Any = getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None)
    return found if isinstance(found, int) else None
