"""A peer as something to measure: its program runs in its own environment and is asked line by line."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from coach.eval.replies import Reply
from coach.eval.targets import Target, timed
from coach.types import Turn

from .environments import HERE, PROGRAMS, TITLES, PeerUnavailableError
from .reading import to_reply

_QUIET = {  # peers that count their users, or look for newer models, do neither here
    "ANONYMIZED_TELEMETRY": "False",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGSMITH_TRACING": "false",
    "NO_PROXY": "127.0.0.1,localhost",
    "PYTHONUTF8": "1",
    "PYTHONWARNINGS": "ignore",
}
_KEPT = ("PATH", "HOME", "TMPDIR", "LANG", "SYSTEMROOT", "SSL_CERT_FILE", "OMP_NUM_THREADS")


@contextmanager
def open_peer(
    name: str, python: Path, job: Mapping[str, Any], text: Callable[[str], str | None], program: Path | None = None
) -> Iterator[Target]:
    """The peer as a target for as long as the context lasts; PeerUnavailableError when it does not start.

    The environment is scrubbed: no key and no setting of the reader reaches another product by accident.
    """
    chosen = program or HERE / "programs" / PROGRAMS[name]
    with subprocess.Popen(
        [str(python), str(chosen)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**{k: os.environ[k] for k in _KEPT if k in os.environ}, **_QUIET},
    ) as process:
        errors = _collect(process.stderr)
        try:
            if not _exchange(process, job).get("ready"):
                process.wait(timeout=30)
                raise _failed(name, errors)
            yield Target(ask=timed(_to_ask(process, text)), text=text, settings=describe(name, job))
        finally:
            process.kill()


def _to_ask(process: subprocess.Popen[str], text: Callable[[str], str | None]) -> Callable[..., Reply]:
    lock = threading.Lock()

    def ask(question: str, _history: Sequence[Turn]) -> Reply:
        with lock:
            row = _exchange(process, {"question": question})
        return to_reply(row or {"error": "the program of the peer ended"}, text)

    return ask


def _exchange(process: subprocess.Popen[str], message: Mapping[str, Any]) -> dict[str, Any]:
    """Send one line and read one; nothing when the program has ended or says something else."""
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()
        found = json.loads(process.stdout.readline() or "{}")
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _collect(stream: IO[str] | None) -> list[str]:
    """The lines of a stream as they come, so that a talkative library never fills the pipe."""
    lines: list[str] = []

    def read() -> None:
        for line in stream or ():
            lines.append(line)
            del lines[:-200]

    threading.Thread(target=read, daemon=True).start()
    return lines


def _failed(name: str, errors: Sequence[str]) -> PeerUnavailableError:
    said = next((line.strip() for line in reversed(errors) if line.strip()), "it ended without a word")
    return PeerUnavailableError(
        f"{TITLES.get(name, name)} did not start: {said[:300]}", remedy="Leave it out with --only, or look at its pins."
    )


def describe(name: str, job: Mapping[str, Any]) -> dict[str, Any]:
    """What could move the numbers, without keys and without the guides themselves."""
    return {
        "product": name,
        "model": job["chat"]["model"],
        "embedding_model": job["embedding"]["model"],
        **{key: job[key] for key in ("chunk_size", "chunk_overlap", "top_k", "max_tokens")},
    }
