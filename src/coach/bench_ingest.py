"""`coach bench --ingest` and `--scale`: how fast pages of every format are read, and what a large folder costs.

Nothing is embedded: `--ingest` writes no index, `--scale` indexes rows that cost next to nothing.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypedDict

from coach.bench_pages import WRITERS, make_page, to_markdown
from coach.settings import Settings
from coach.types import Chunk, Document

Cut = Callable[[Document], Sequence[Chunk]]
AIMS = {"md": "300 or more", "pdf": "30 or more"}
_HEAVY = 4  # other formats than Markdown and text are measured with this part of the pages
_SECTIONS = 16  # of a page of the large folder: some 10 kB


class Row(TypedDict):
    """One figure: what was measured, the value with its unit, and what is aimed at."""

    what: str
    value: str
    aim: str


def run_ingest_bench(settings: Settings, pages: int = 2_000) -> list[Row]:
    """Measure how fast each format becomes passages: read, cleaned, compared and cut; nothing is embedded.

    The processor time counts all processes that take part, so it says the same on a busy machine.
    """
    from coach.build import get_cut

    cut = get_cut(settings)
    return [row for suffix in WRITERS for row in _measure_format(suffix, _share(suffix, pages), cut)]


def _share(suffix: str, pages: int) -> int:
    return pages if suffix in ("md", "txt") else max(1, pages // _HEAVY)


def _measure_format(suffix: str, pages: int, cut: Cut) -> list[Row]:
    from coach.library.collecting import collect

    with tempfile.TemporaryDirectory(prefix="coach-bench-") as folder:
        for number in range(pages):
            Path(folder, f"page-{number}.{suffix}").write_bytes(WRITERS[suffix](make_page(number)))
        started, used = time.perf_counter(), _get_processor_time()
        read = sum(bool(cut(document)) for document in collect([Path(folder)], collection="bench").documents)
        whole, used = time.perf_counter() - started, _get_processor_time() - used
    return [
        Row(what=f"{suffix}: pages a second, of {read:,}", value=f"{read / whole:.0f}", aim=AIMS.get(suffix, "")),
        Row(what=f"{suffix}: processor time a page", value=f"{1000 * used / read:.1f} ms", aim=""),
    ]


def _get_processor_time() -> float:
    """Seconds of this process and of the children that have ended."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def run_scale_bench(megabytes: int) -> list[Row]:
    """Index a generated folder of this size, in a process of its own, and report what it took.

    The vectors have the default model's length and are made from hashes: everything but the model is real.
    """
    with tempfile.TemporaryDirectory(prefix="coach-bench-") as folder:
        place, size = Path(folder, "pages"), 0
        place.mkdir()
        for number in range(10**9):
            page = to_markdown(make_page(number, _SECTIONS))
            Path(place, f"page-{number}.md").write_bytes(page)
            size += len(page)
            if size >= megabytes * 1_000_000:
                break
        program = f"from coach.bench_ingest import index_apart; index_apart({str(place)!r}, {folder!r})"
        done = subprocess.run(
            [sys.executable, "-c", program], env=_scrub(os.environ), capture_output=True, text=True, check=True
        )
    rows: list[Row] = json.loads(done.stdout.strip().splitlines()[-1])
    return rows


def _scrub(environment: os._Environ[str]) -> dict[str, str]:
    return {k: v for k, v in environment.items() if not k.startswith("COACH_")}


def index_apart(folder: str, data_dir: str) -> None:
    """Index the folder in this process and print the figures as one line of JSON."""
    from coach.index import IndexStore
    from coach.index.fakes import HashEmbedder
    from coach.library.syncing import sync_paths
    from coach.settings import load_settings
    from coach.vocabulary import load_vocabulary

    store = IndexStore(load_settings(data_dir=Path(data_dir)), HashEmbedder(), load_vocabulary())
    peaks: dict[str, float] = {}
    started = time.perf_counter()

    def watch(stage: str, done: int, total: int) -> None:
        share = 4 * done // max(total, 1)
        peaks.setdefault(f"{stage}, {25 * share} %", _get_peak(resource.RUSAGE_SELF))

    report = sync_paths(store, [Path(folder)], collection="bench", progress=watch)
    seconds, files = time.perf_counter() - started, len(report.added)
    peak, workers = _get_peak(resource.RUSAGE_SELF), _get_peak(resource.RUSAGE_CHILDREN)
    rows = [
        Row(what="files", value=f"{files:,}", aim=""),
        Row(what="passages", value=f"{report.chunks:,}", aim=""),
        *(Row(what=f"memory at: {when}", value=f"{size:.0f} MB", aim="") for when, size in peaks.items()),
        Row(what="largest resident memory", value=f"{peak:.0f} MB", aim="under 1500 MB for 100,000 passages"),
        Row(what="largest resident memory of a parsing process", value=f"{workers:.0f} MB", aim=""),
        Row(what="time", value=f"{seconds:.0f} s", aim=""),
        Row(what="processor time", value=f"{_get_processor_time():.0f} s", aim=""),
    ]
    print(json.dumps(rows))  # noqa: T201 - what the measuring process reads


def _get_peak(who: int) -> float:
    """Most resident megabytes so far."""
    return resource.getrusage(who).ru_maxrss / 1024 / (1024 if sys.platform == "darwin" else 1)
