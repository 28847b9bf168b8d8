"""Answers as server-sent events: `passages`, a `claim` for each verified claim, then `answer`, or `error`.

Claims come as deltas, never cumulative. A reader that goes away stops the work: the generator that
makes the answer is closed at its next step, a model that is being waited for is told at once, and its stream is closed.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Generator, Iterator
from typing import Any

import anyio
from anyio.to_thread import run_sync
from fastapi.sse import format_sse_event
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from coach.api.replies import problem_to_json
from coach.errors import CoachError
from coach.model.base import watch_reader
from coach.problems import BUG_MET, Problem, problem, problem_of
from coach.types import Finished, Found, Shown
from coach.wire import event_to_json

log = logging.getLogger("coach.api")

Event = Found | Shown | Finished


class EventStream(StreamingResponse):
    """A response that closes its generator whatever ends it: the last frame, an error, a reader gone."""

    media_type = "text/event-stream"

    def __init__(self, frames: Generator[bytes]) -> None:
        """Send frames made by `to_frames`; proxies are asked not to hold them back."""
        super().__init__(frames, headers={"cache-control": "no-store", "x-accel-buffering": "no"})
        self._frames = frames
        self._left = threading.Event()

    async def stream_response(self, send: Send) -> None:
        """Send all frames. Shielded at the end, since a cancelled task could not wait for the close."""
        watch_reader(self._left)  # the threads that make the frames read it from this context
        try:
            await super().stream_response(send)
        finally:
            self._left.set()
            with anyio.CancelScope(shield=True):
                await run_sync(self._frames.close)

    async def listen_for_disconnect(self, receive: Receive) -> None:
        """Tell a model that is being waited for at once: a frame under way can only be waited for, not cancelled."""
        await super().listen_for_disconnect(receive)
        self._left.set()


def to_frames(events: Iterator[Event], scope: Scope) -> Generator[bytes]:
    """Events in the wire format; an error on the way becomes a last frame that holds the problem."""
    try:
        for event in events:
            yield _frame(*event_to_json(event))
    except CoachError as error:
        yield _problem_frame(problem_of(error), scope)
    except Exception:
        log.exception("Request %s failed while streaming.", scope["state"]["request_id"])
        yield _problem_frame(problem(BUG_MET, "Coach met an error of its own."), scope)
    finally:
        if isinstance(events, Generator):
            events.close()


def _problem_frame(found: Problem, scope: Scope) -> bytes:
    return _frame("error", problem_to_json(found, scope))


def _frame(name: str, data: dict[str, Any]) -> bytes:
    return format_sse_event(event=name, data_str=json.dumps(data, ensure_ascii=False, allow_nan=False))
