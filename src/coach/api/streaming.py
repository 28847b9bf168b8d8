"""Answers as server-sent events: `passages`, a `claim` for each verified claim, then `answer`, or `error`.

Claims come as deltas, never cumulative. A reader that goes away stops the work: the generator that
makes the answer is closed at its next step, and with it the model's own stream.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Generator, Iterator
from typing import Any

import anyio
from anyio.to_thread import run_sync
from fastapi.sse import format_sse_event
from starlette.responses import StreamingResponse
from starlette.types import Scope, Send

from coach.api.replies import problem_to_json
from coach.errors import CoachError
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

    async def stream_response(self, send: Send) -> None:
        """Send all frames. Shielded at the end, since a cancelled task could not wait for the close."""
        try:
            await super().stream_response(send)
        finally:
            with anyio.CancelScope(shield=True):
                await run_sync(self._frames.close)


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
