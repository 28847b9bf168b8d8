"""Parsing in several processes at once, each with a limit on time and memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from coach.errors import DocumentError, MissingExtraError
from coach.loading.limits import MAX_SECONDS
from coach.loading.sources import Source
from coach.loading.worker import document_from_json, encode_request, read_frame, write_frame
from coach.types import Document, Refusal

_MOST_WORKERS = 8
_LONGEST_REPLY = 1_000_000_000


class Worker:
    """One parsing process, started with its first document and started anew after a failure."""

    def __init__(self, seconds: float = MAX_SECONDS) -> None:
        """`seconds` is how long one document may take."""
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, source: Source, collection: str) -> Document:
        """Parse one document. Raises DocumentError, also when the process dies or takes too long."""
        process = self._process = self._process or _start()
        timer = threading.Timer(self._seconds, process.kill)
        timer.start()
        try:
            assert process.stdin is not None and process.stdout is not None
            write_frame(process.stdin, encode_request(source, collection))
            reply = read_frame(process.stdout)
        except OSError:
            reply = None
        finally:
            late = not timer.is_alive()
            timer.cancel()
        if reply is None:
            self.close()
            raise DocumentError(
                f"reading it takes more than {self._seconds:g} s" if late else "its reader crashed on it"
            )
        return _read_reply(reply)

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def __enter__(self) -> Self:
        """The worker itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self.close()


def read_in_parallel(sources: Iterable[Source | Refusal], collection: str) -> Iterator[Document | Refusal]:
    """Documents in the order of their sources, parsed in as many processes as there are processors.

    Only a few sources are held at a time, however many there are.
    """
    count = max(1, min(os.cpu_count() or 1, _MOST_WORKERS))
    workers: SimpleQueue[Worker] = SimpleQueue()
    for _ in range(count):
        workers.put(Worker())
    waiting: deque[Future[Document | Refusal]] = deque()
    with ThreadPoolExecutor(count) as pool:
        try:
            for source in sources:
                waiting.append(pool.submit(_read_one, workers, source, collection))
                if len(waiting) >= 2 * count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
            pool.shutdown(wait=True)
            while not workers.empty():
                workers.get().close()


def _read_one(workers: SimpleQueue[Worker], source: Source | Refusal, collection: str) -> Document | Refusal:
    if isinstance(source, Refusal):
        return source
    worker = workers.get()
    try:
        return worker.read(source, collection)
    except DocumentError as error:
        return Refusal(source.name, error.message)
    except MissingExtraError as error:
        return Refusal(source.name, str(error))
    finally:
        workers.put(worker)


def _start() -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-m", "coach.loading.worker"]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    )


def _read_reply(reply: bytes) -> Document:
    content = json.loads(reply)
    if "document" in content:
        return document_from_json(content["document"])
    kind = MissingExtraError if content["error"] == "extra" else DocumentError
    raise kind(str(content["message"]), remedy=str(content["remedy"]))
