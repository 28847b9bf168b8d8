"""Work for a reader who may leave: a thread does it, and a model that is being waited for is told at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

import anyio
from anyio.to_thread import run_sync
from starlette.requests import Request

from coach.model.base import watch_reader

T = TypeVar("T")


async def run_while_read(request: Request, work: Callable[[], T]) -> T:
    """The result of the work, or what it raises; its calls of a model end early once the client has gone.

    The body of the request must have been read: from then on the connection has nothing to tell but its end,
    so waiting for that costs nothing, where asking again and again would.
    """
    left = threading.Event()
    watch_reader(left)  # the thread that works reads it from this context
    failed: Exception | None = None
    async with anyio.create_task_group() as group:
        group.start_soon(_watch, request, left)
        try:
            result = await run_sync(work)
        except Exception as error:  # raised outside, where the group would not wrap it
            failed = error
        group.cancel_scope.cancel()
    if failed:
        raise failed
    return result


async def _watch(request: Request, left: threading.Event) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    left.set()
