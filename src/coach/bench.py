"""`coach bench`: speed and memory of the main job on this machine, each figure with its aim.

Figures are medians of one run on one machine; compare them with their aims and with each other, not with
figures from elsewhere.
"""

from __future__ import annotations

import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from coach.bench_ingest import Row
from coach.settings import Settings

QUESTIONS = (
    "How many engineers does a director of engineering usually lead?",
    "What changes when I go from EM to senior EM?",
    "VP of Engineering vs CTO, what is the difference?",
    "skills a program manager needs",
    "who decides build vs buy?",
    "How can I lead without a title?",
    "Do I have to become a manager to get promoted?",
    "what does managing up mean",
    "how far ahead does a VP plan?",
    "How do I start mentoring other developers?",
)
_ROUNDS = 12
_WAIT = 90.0  # seconds after which a server that is not ready counts as failed


def run_bench(settings: Settings) -> list[Row]:
    """Measure everything; takes about a minute. Nothing of the user's own data folder is touched."""
    with tempfile.TemporaryDirectory(prefix="coach-bench-") as folder:
        scratch = settings.model_copy(update={"data_dir": Path(folder), "chroma_url": None})
        build = _run_apart(_COLD_BUILD, folder)
        return [
            Row(what="coach --help", value=f"{_time_help():.2f} s", aim="under 0.4 s"),
            Row(
                what="index of the shipped guides, from a cold start",
                value=f"{build['seconds']:.1f} s",
                aim="under 25 s",
            ),
            *_measure_throughput(scratch),
            *_measure_answers(scratch),
            *_measure_server(folder),
        ]


_COLD_BUILD = """
import json, time
started = time.perf_counter()
from coach.build import sync_corpus
from coach.settings import load_settings
report = sync_corpus(load_settings())
print(json.dumps({"seconds": time.perf_counter() - started, "chunks": report.chunks}))
"""


def _run_apart(program: str, data_dir: str) -> dict[str, float]:
    """Run a small program in a fresh interpreter and read the JSON of its last line."""
    import json

    done = subprocess.run(
        [sys.executable, "-c", program], env=_environment(data_dir), capture_output=True, text=True, check=True
    )
    result: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def _environment(data_dir: str, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("COACH_")}
    return kept | {"COACH_DATA_DIR": data_dir, "TOKENIZERS_PARALLELISM": "false"} | more


def _time_help() -> float:
    command = [sys.executable, "-m", "coach", "--help"]
    return statistics.median(_time(lambda: subprocess.run(command, capture_output=True, check=True)) for _ in range(5))


def _measure_throughput(settings: Settings) -> list[Row]:
    """How much of the embedding model's own batch speed a build reaches: same texts, same process."""
    from coach.chunking import chunk_document
    from coach.embedding import get_embedder
    from coach.index import IndexStore
    from coach.loading import load_folder
    from coach.vocabulary import load_vocabulary

    vocabulary, embedder = load_vocabulary(settings.vocabulary), get_embedder(settings)
    documents = load_folder(settings.corpus).documents
    size, overlap = settings.chunk_size, settings.chunk_overlap
    chunks = [c for d in documents for c in chunk_document(d, vocabulary=vocabulary, size=size, overlap=overlap)]
    texts = [c.embedded_text for c in chunks]
    texts += [f"{' - '.join(s.headings[-2:])}: {s.text}" for c in chunks for s in c.sentences]
    embedder.embed(texts[:32])
    alone = _time(lambda: embedder.embed(texts))
    with tempfile.TemporaryDirectory(prefix="coach-bench-") as folder:
        store = IndexStore(settings.model_copy(update={"data_dir": Path(folder)}), embedder, vocabulary)
        whole = _time(lambda: store.sync(documents, collection="guides"))
    return [
        Row(what="texts embedded a second, model alone", value=f"{len(texts) / alone:.0f}", aim=""),
        Row(what="share of that speed while indexing", value=f"{100 * alone / whole:.0f} %", aim="90 % or more"),
    ]


def _measure_answers(settings: Settings) -> list[Row]:
    """Warm quoted answers inside this process, and what of them is the query's embedding."""
    from coach.build import open_coach
    from coach.embedding import get_embedder

    coach, embedder = open_coach(settings), get_embedder(settings)
    for question in QUESTIONS:
        coach.ask(question, style="quoted")
    total, embedding = [], []
    for round_ in range(_ROUNDS):
        for question in QUESTIONS:
            asked = f"{question} ({round_})"  # a new text each time: what was embedded before is remembered
            embedding.append(_time(lambda asked=asked: embedder.embed([asked])))  # type: ignore[misc]
            total.append(_time(lambda asked=f"{asked}.": coach.ask(asked, style="quoted")))  # type: ignore[misc]
    p50, p95 = statistics.median(total), statistics.quantiles(total, n=20)[18]
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / (1024 if sys.platform == "darwin" else 1)
    return [
        Row(what="warm quoted answer, p50", value=f"{1000 * p50:.1f} ms", aim="under 60 ms"),
        Row(what="warm quoted answer, p95", value=f"{1000 * p95:.1f} ms", aim="under 150 ms"),
        Row(
            what="embedding one question, p50",
            value=f"{1000 * statistics.median(embedding):.1f} ms",
            aim="the largest part",
        ),
        Row(what="largest resident memory, in process", value=f"{rss:.0f} MB", aim="under 1200 MB"),
    ]


def _measure_server(data_dir: str) -> list[Row]:
    """From the start of `coach serve` on an index that exists to ready, and the page's first byte to last."""
    import httpx

    port = _find_free_port()
    with _serving(data_dir, port) as (started, process):
        address = f"http://127.0.0.1:{port}"
        ready = _wait_until(lambda: httpx.get(f"{address}/readyz", timeout=2).status_code == 200, started)
        page = statistics.median(_time(lambda: httpx.get(f"{address}/", timeout=10)) for _ in range(3))
        memory = _read_memory(process.pid)
    return [
        Row(what="ready after start", value=f"{ready:.1f} s", aim="under 15 s"),
        Row(what="page fetched", value=f"{page:.2f} s", aim="visible under 2 s"),
        Row(
            what="resident memory of the server", value=f"{memory:.0f} MB" if memory else "unknown", aim="under 1200 MB"
        ),
    ]


@contextmanager
def _serving(data_dir: str, port: int) -> Iterator[tuple[float, subprocess.Popen[bytes]]]:
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "coach", "serve"],
        env=_environment(data_dir, COACH_PORT=str(port)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield started, process
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_until(is_so: Callable[[], bool], started: float) -> float:
    """Seconds from `started` until the condition holds; infinite when it never does."""
    import httpx

    while time.perf_counter() - started < _WAIT:
        try:
            if is_so():
                return time.perf_counter() - started
        except httpx.HTTPError:
            pass  # not listening yet
        time.sleep(0.05)
    return float("inf")


def _find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _read_memory(pid: int) -> float:
    """Resident megabytes of a process, or 0 where the system does not tell."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return 0.0
    lines: Sequence[str] = status.read_text(encoding="ascii").splitlines()
    sizes: Mapping[str, str] = dict(line.split(":", 1) for line in lines if ":" in line)
    return int(sizes["VmRSS"].split()[0]) / 1024


def _time(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started
