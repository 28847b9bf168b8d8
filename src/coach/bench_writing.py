"""`coach bench --written`: what a model that misbehaves does to readers, and how soon its first sentence is shown.

The models are servers on loopback in this process; answers are checked against the documents as they are served.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, get_args

from coach.bench_gate import measure_gate
from coach.bench_ingest import Row
from coach.model.base import Call
from coach.settings import Settings

if TYPE_CHECKING:
    from coach.coach import Coach
    from coach.model.fakes import Manner

AT_ONCE = 100  # questions asked at the same time of a model that misbehaves
QUESTIONS = (
    "How many engineers does a director of engineering usually lead?",
    "What changes when I go from EM to senior EM?",
    "VP of Engineering vs CTO, what is the difference?",
    "Do I have to become a manager to get promoted?",
    "what does managing up mean",
)
_LIMITS = {"model_timeout": 4.0, "model_patience": 1.5, "model_failures": 5, "model_rest": 60.0}
_WITHIN = Settings.model_fields["model_timeout"].default  # seconds; what a reader has to wait at most by default
_EVIDENCE = re.compile(r"^\[\d+\] \([^\n]*?\) (?=[A-Z\"'0-9])(.+)$", re.MULTILINE)  # headings hold brackets too
_ROUNDS = 20
_PIECES = 1.2  # seconds until a server is killed that has just been asked and says a piece a second
_PAUSE = 0.2  # seconds in which the model thinks of its second sentence


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of questions put at the same time to a model in one manner; `slowest` in seconds."""

    manner: str
    asked: int
    written: int  # answers with sentences of the model
    quoted: int  # answers from the guides' own sentences alone
    abstained: int
    errors: int  # told as an error with a sentence
    ungrounded: int  # shown claims without exact words behind them, and questions that ended in no way at all
    slowest: float


def run_writing_bench(settings: Settings) -> list[Row]:
    """Measure everything; takes some minutes. Nothing of the user's own data folder is touched."""
    import tempfile
    from pathlib import Path

    from coach.build import build_coach

    with tempfile.TemporaryDirectory(prefix="coach-bench-") as folder:
        coach = build_coach(settings.model_copy(update={"data_dir": Path(folder), "model": "quoting"}))
        for question in QUESTIONS:
            coach.ask(question)
        rows = [_measure_first_sentence(coach), *measure_gate(coach, QUESTIONS)]
        alone = _judge("none", coach, _ask_at_once(coach, _ask, AT_ONCE))
        return [*rows, _to_row(alone), *(_to_row(measure_fault(coach, manner)) for manner in list_manners())]


def list_manners() -> list[str]:
    """Every way a server misbehaves, a model that is well, a server that is not there, and one killed on the way."""
    from coach.model.fakes import Manner

    return [*get_args(Manner), "refuses", "killed"]


def measure_fault(
    coach: Coach, manner: str, *, questions: int = AT_ONCE, ask: Callable[[Coach, str], object] | None = None
) -> Outcome:
    """Ask `questions` at once of a Coach whose model behaves in a manner.

    `ask` puts one question and returns an Answer, an Abstention or the CoachError that was told.
    """
    with misbehaving(coach, manner) as changed:
        return _judge(manner, coach, _ask_at_once(changed, ask or _ask, questions))


def _ask_at_once(coach: Coach, put: Callable[[Coach, str], object], questions: int) -> list[tuple[object, float]]:
    texts = [QUESTIONS[n % len(QUESTIONS)] for n in range(questions)]
    with ThreadPoolExecutor(questions) as pool:
        return list(pool.map(lambda text: _time(lambda: put(coach, text)), texts))


@contextmanager
def misbehaving(coach: Coach, manner: str) -> Iterator[Coach]:
    """The Coach with a model whose server behaves in a manner, and little patience with it."""
    from coach.coach import Coach
    from coach.model.choosing import get_chat_model

    with _open_killed() if manner == "killed" else _open_server(manner) as address:
        named = {"model": "openai:house-model", "model_base_url": address, "model_api_key": _secret()}
        settings = coach.settings.model_copy(update={**_LIMITS, **named})
        yield Coach(replace(coach.parts, settings=settings, model=get_chat_model(settings)))


@contextmanager
def _open_server(manner: str) -> Iterator[str]:
    from coach.model.fakes import FakeModelServer

    server = FakeModelServer("answers" if manner == "refuses" else _to_manner(manner), _answer)
    server.start()
    if manner == "refuses":
        server.stop()
    try:
        yield server.address
    finally:
        server.stop()


@contextmanager
def _open_killed() -> Iterator[str]:
    """A server in a process of its own that says a piece a second and is killed in the middle of its first answer."""
    command = [sys.executable, "-c", "from coach.bench_writing import serve_slowly; serve_slowly()"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        lines = iter(process.stdout or ())
        address = next(lines).strip()
        killer = threading.Thread(target=_kill_when_asked, args=(process, lines))
        killer.start()
        try:
            yield address
        finally:
            process.kill()
            killer.join()


def _kill_when_asked(process: subprocess.Popen[str], lines: Iterator[str]) -> None:
    next(lines, None)
    time.sleep(_PIECES)
    process.kill()


def serve_slowly() -> None:
    """Serve a model until the process is killed; its address goes on one line, and each question makes another."""
    from coach.model.fakes import FakeModelServer

    def answer(request: str) -> str:
        _tell("asked")
        return _answer(request)

    server = FakeModelServer("slow", answer)
    server.start()
    _tell(server.address)
    threading.Event().wait()


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _answer(request: str) -> str:
    """What a good model would say: the first four pieces of evidence."""
    lines = [words.rstrip(".") for words in _EVIDENCE.findall(request)]
    return " ".join(f"{line} [{n}]." for n, line in enumerate(lines[:4], 1))


def _ask(coach: Coach, text: str) -> object:
    from coach.errors import CoachError

    try:
        return coach.ask(text)
    except CoachError as error:
        return error


def _time(call: Callable[[], object]) -> tuple[object, float]:
    started = time.perf_counter()
    try:
        result = call()
    except Exception as error:  # anything but a CoachError is no honest end, and counted so
        result = error
    return result, time.perf_counter() - started


def _judge(manner: str, coach: Coach, results: Sequence[tuple[object, float]]) -> Outcome:
    from coach.errors import CoachError
    from coach.types import Abstention, Answer

    answers = [r for r, _ in results if isinstance(r, Answer)]
    abstained = sum(isinstance(r, Abstention) for r, _ in results)
    errors = sum(isinstance(r, CoachError) for r, _ in results)
    written = sum(a.style == "written" for a in answers)
    lost = len(results) - len(answers) - abstained - errors
    ungrounded = lost + sum(not _is_grounded(coach, a) for a in answers)
    slowest = max(seconds for _, seconds in results)
    return Outcome(
        manner, len(results), written, len(answers) - written, abstained, errors, ungrounded, round(slowest, 2)
    )


def _is_grounded(coach: Coach, answer: object) -> bool:
    """Whether every claim was supported and rests on words that stand where they are said to stand."""
    from coach.types import Answer

    assert isinstance(answer, Answer)
    markers = {c.marker for c in answer.citations}
    return (
        bool(answer.claims)
        and all(c.verdict == "supported" and c.citations and set(c.citations) <= markers for c in answer.claims)
        and all(coach.document(c.document_id).text[c.start : c.end] == c.quote for c in answer.citations)
    )


def _to_row(found: Outcome) -> Row:
    ended = f"{found.written} written, {found.quoted} quoted, {found.abstained} declined, {found.errors} told"
    return Row(
        what=f"{found.asked} at once, model {found.manner}",
        value=f"{ended}, {found.ungrounded} ungrounded, slowest {found.slowest:.1f} s",
        aim=f"0 ungrounded, within {_WITHIN:g} s",
    )


class _Thinking:
    """Says one sentence of the evidence, notes when, and thinks before it says the next."""

    name = "thinking"

    def __init__(self) -> None:
        self.finished = 0.0

    def stream(self, system: str, user: str, call: Call | None = None) -> Iterator[str]:
        first, _, second = _answer(user).partition("].")
        yield first
        self.finished = time.perf_counter()
        yield "]."
        threading.Event().wait(_PAUSE)
        yield second


def _measure_first_sentence(coach: Coach) -> Row:
    """From the last word of a model's first sentence to that sentence verified and shown."""
    from coach.coach import Coach
    from coach.model.choosing import steady
    from coach.types import Shown

    model = _Thinking()
    writer = Coach(replace(coach.parts, model=steady(model, coach.settings)))
    waits = []
    for number in range(_ROUNDS):
        events = writer.stream(QUESTIONS[number % len(QUESTIONS)])
        next(e for e in events if isinstance(e, Shown))
        waits.append(1000 * (time.perf_counter() - model.finished))
        list(events)
    return Row(
        what="first sentence shown after the model finished it, p50 and slowest",
        value=f"{statistics.median(waits):.1f} ms, {max(waits):.1f} ms",
        aim="within 150 ms",
    )


def _to_manner(name: str) -> Manner:
    from coach.model.fakes import Manner

    found: Manner = next(m for m in get_args(Manner) if m == name)
    return found


def _secret() -> object:
    from pydantic import SecretStr

    return SecretStr("no secret")
