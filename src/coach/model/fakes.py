"""A model server on loopback that behaves as badly as it is told; speaks OpenAI's chat protocol."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

Manner = Literal[
    "answers",  # streams what it is told to say, then the tokens used
    "hangs",  # takes the question and says nothing more
    "stalls",  # says half of it, then nothing more
    "dies",  # says half of it and closes the connection
    "garbage",  # sends bytes that are no event stream
    "slow",  # a piece a second
    "endless",  # says it again and again
    "overloaded",  # refuses with status 503
    "forbidden",  # refuses the key with status 401
    "flaky",  # is overloaded the first time, then answers
]
_LONGEST = 120.0  # seconds after which a server that hangs lets go by itself


class FakeModelServer:
    """Answers each question with `reply(question)`, in its manner; `asked` keeps the requests, `broken` those left."""

    def __init__(
        self, manner: Manner, reply: str | Callable[[str], str] = "A director leads teams [1].", *, port: int = 0
    ) -> None:
        """Take a port, a free one by default, and serve nothing yet."""
        self.manner: Manner = manner
        self.asked: list[dict[str, Any]] = []
        self.broken = 0
        self._reply = reply
        self._stopped = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._make_handler())
        self._server.daemon_threads = True

    @property
    def address(self) -> str:
        """What COACH_MODEL_BASE_URL takes."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def start(self) -> None:
        """Listen, in a thread of its own."""
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Close every connection and refuse new ones."""
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()

    def say(self, request: dict[str, Any]) -> Iterator[bytes]:
        """The body of a reply, piece by piece; waits and breaks off as its manner says."""
        text = self._reply if isinstance(self._reply, str) else self._reply(request["messages"][-1]["content"])
        pieces = [text[n : n + 8] for n in range(0, len(text), 8)]
        if self.manner == "garbage":
            yield b"\x00\xff\xfe not an event stream \r\n\r\n" * 3
            yield b"data: {broken\n\ndata: [1, 2\n\n"
            return
        if self.manner == "hangs":
            self._stopped.wait(_LONGEST)
            return
        half = self.manner in ("stalls", "dies")
        endless = itertools.cycle(pieces) if self.manner == "endless" else iter(pieces)
        for piece in itertools.islice(endless, len(pieces) // 2 if half else None):
            if self.manner == "slow" and self._stopped.wait(1.0):
                return
            yield _event(
                {"choices": [{"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": None}]}
            )
        if self.manner == "stalls":
            self._stopped.wait(_LONGEST)
        if not half:
            yield _event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
            yield _event({"choices": [], "usage": _count(request, pieces)})
            yield b"data: [DONE]\n\n"

    def get_status(self) -> int:
        """The HTTP status of the next reply."""
        if self.manner == "flaky":
            return 503 if len(self.asked) == 1 else 200
        return {"overloaded": 503, "forbidden": 401}.get(self.manner, 200)

    def _make_handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._send(200, json.dumps({"data": [{"id": "house-model"}]}).encode())

            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["content-length"])))
                outer.asked.append(request)
                status = outer.get_status()
                if status != 200:
                    self._send(status, json.dumps({"error": {"message": "no", "code": status}}).encode())
                    return
                self.send_response(200)
                self.send_header("content-type", "text/event-stream")
                self.send_header("connection", "close")
                self.end_headers()
                try:
                    for piece in outer.say(request):
                        self.wfile.write(piece)
                        self.wfile.flush()
                except OSError:  # whoever asked has gone
                    outer.broken += 1

            def _send(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        return Handler


@contextmanager
def serve_model(
    manner: Manner, reply: str | Callable[[str], str] = "A director leads teams [1]."
) -> Iterator[FakeModelServer]:
    """A server that behaves in a manner, for as long as the block lasts."""
    server = FakeModelServer(manner, reply)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _event(data: dict[str, Any]) -> bytes:
    whole = {"id": "fake", "object": "chat.completion.chunk", "created": int(time.time()), "model": "fake"} | data
    return b"data: " + json.dumps(whole).encode() + b"\n\n"


def _count(request: dict[str, Any], pieces: Sequence[str]) -> dict[str, int]:
    """Words stand for tokens."""
    read = sum(len(m["content"].split()) for m in request["messages"])
    written = len("".join(pieces).split())
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
