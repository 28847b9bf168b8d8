"""The seam to whatever writes: a model is one method that streams, and a call says what it may use."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

_reader_left: ContextVar[threading.Event | None] = ContextVar("reader_left", default=None)


def get_reader_left() -> threading.Event:
    """The event that is set once the reader of this context has left; one that never is, where nobody watches."""
    return _reader_left.get() or threading.Event()


def watch_reader(left: threading.Event) -> None:
    """Let the calls of this context stop once the event is set."""
    _reader_left.set(left)


@dataclass
class Usage:
    """Tokens that the calls of one answer used, as the provider counted them.

    `uncounted` are calls whose tokens the provider did not tell, such as those that broke off.
    """

    calls: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    uncounted: int = 0

    def add(self, counted: Mapping[str, Any] | None) -> None:
        """Count one call, from LangChain's `usage_metadata`; None when there was none."""
        self.calls += 1
        if not counted:
            self.uncounted += 1
            return
        self.input_tokens += int(counted.get("input_tokens") or 0)
        self.output_tokens += int(counted.get("output_tokens") or 0)
        self.cached_tokens += int((counted.get("input_token_details") or {}).get("cache_read") or 0)

    def to_receipt(self, input_price: float | None, output_price: float | None) -> dict[str, Any]:
        """The receipt of an answer: counts, and the cost where both prices per million tokens are known.

        Empty when no model was called; the cost is None when a call was not counted.
        """
        if not self.calls:
            return {}
        cost = None
        if input_price is not None and output_price is not None and not self.uncounted:
            cost = round((self.input_tokens * input_price + self.output_tokens * output_price) / 1e6, 8)
        return {
            "calls": self.calls,
            "input_tokens": self.input_tokens,
            "cached_tokens": self.cached_tokens,
            "output_tokens": self.output_tokens,
            "uncounted_calls": self.uncounted,
            "cost": cost,
        }


@dataclass(frozen=True)
class Call:
    """What one call may take, how its reply should look, and where its use is written down.

    `deadline` is a reading of `time.monotonic`. `examples` are turns (asked, replied) that show the task, read
    between the rules and the question. `schema` is a JSON schema, heeded by models that can. `left` is set when
    nobody waits for the reply any more. The same `usage` may serve several calls.
    """

    deadline: float = math.inf
    examples: tuple[tuple[str, str], ...] = ()
    schema: Mapping[str, Any] | None = None
    stop: tuple[str, ...] = ()
    max_tokens: int | None = None
    usage: Usage = field(default_factory=Usage)
    left: threading.Event = field(default_factory=threading.Event)

    @property
    def remaining(self) -> float:
        """Seconds until the deadline; negative once it has passed."""
        return self.deadline - time.monotonic()


class ChatModel(Protocol):
    """A model that writes: one method."""

    @property
    def name(self) -> str:
        """How answers name the model that wrote them."""
        ...

    def stream(self, system: str, user: str, call: Call | None = None) -> Iterator[str]:
        """Pieces of the reply as they come; raises ModelError when the model is down, slow or broken.

        Closing the iterator stops the model.
        """
        ...
