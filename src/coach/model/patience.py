"""Reading a stream that may hang: in a thread of its own, so that whoever waits can stop waiting."""

from __future__ import annotations

import contextvars
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from coach.errors import ModelError, ReaderLeftError
from coach.model.base import Call

_TICK = 0.05  # seconds between looks at whether the reader is still there
_AHEAD = 64  # pieces read ahead: a model that never ends must not fill the memory


@dataclass(frozen=True, slots=True)
class _End:
    """The stream is over: by itself, or by an error."""

    error: Exception | None = None


def read_patiently(start: Callable[[], Iterator[str]], call: Call, *, patience: float, name: str) -> Iterator[str]:
    """The pieces of `start()`, each waited for at most `patience` seconds and none beyond the call's deadline.

    Raises ModelError when time is up, ReaderLeftError when nobody waits, and what the stream raises.
    Closing this iterator closes the stream before its next piece.
    """
    mailbox: queue.Queue[str | _End] = queue.Queue(maxsize=_AHEAD)
    unwanted = threading.Event()
    context = contextvars.copy_context()  # callbacks and traces of whoever asks go along
    threading.Thread(target=context.run, args=(_pump, start, mailbox, unwanted), daemon=True, name=name).start()
    try:
        while not isinstance(piece := _take(mailbox, call, patience, name), _End):
            yield piece
        if piece.error:
            raise piece.error
    finally:
        unwanted.set()


def _take(mailbox: queue.Queue[str | _End], call: Call, patience: float, name: str) -> str | _End:
    started = time.monotonic()
    while True:
        waited = time.monotonic() - started
        if call.left.is_set():
            raise ReaderLeftError("The reader left before the answer was written.")
        if call.remaining <= 0:
            raise ModelError(f"The model {name} took longer than an answer may take.")
        if waited >= patience:
            raise ModelError(f"The model {name} said nothing for {patience:g} seconds.")
        try:
            return mailbox.get(timeout=max(0.0, min(_TICK, patience - waited, call.remaining)))
        except queue.Empty:
            continue


def _pump(start: Callable[[], Iterator[str]], mailbox: queue.Queue[str | _End], unwanted: threading.Event) -> None:
    end = _End()
    pieces: Iterator[str] = iter(())
    try:
        pieces = start()
        for piece in pieces:
            if not _put(mailbox, piece, unwanted):
                break
    except Exception as error:  # handed to whoever reads
        end = _End(error)
    finally:
        getattr(pieces, "close", lambda: None)()
        _put(mailbox, end, unwanted)


def _put(mailbox: queue.Queue[str | _End], item: str | _End, unwanted: threading.Event) -> bool:
    """Whether anybody still wanted it."""
    while not unwanted.is_set():
        try:
            mailbox.put(item, timeout=_TICK)
            return True
        except queue.Full:
            continue
    return False
