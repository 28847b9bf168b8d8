"""Documents parsed in processes of their own: the same result, limits on time, and survival."""

from __future__ import annotations

import os
import signal
from dataclasses import replace

import pytest

from coach.errors import DocumentError
from coach.loading import files as files_module
from coach.loading import load_file, load_folder
from coach.loading.reading import read_document
from coach.loading.sources import Source
from coach.loading.worker import document_from_json, document_to_json
from coach.loading.workers import Worker, read_in_parallel
from coach.types import Refusal

PAGE = Source("a.html", b"<h1>Mill</h1><table><tr><td>Scope<td>Owns a whole wheel alone</table><p>Sign in to like</p>")


@pytest.fixture
def worker():
    with Worker() as worker:
        yield worker


def test_a_process_gives_what_this_one_gives(worker):
    assert worker.read(PAGE, "acme") == read_document(PAGE, "acme")


def test_every_field_survives_the_way_back():
    document = replace(read_document(PAGE, "acme"), topics=("a", "b"), updated="2026-01-01", summary="s")
    assert document_from_json(document_to_json(document)) == document


def test_a_refusal_comes_back_with_its_remedy(worker):
    with pytest.raises(DocumentError) as error:
        worker.read(Source("a.xyz", b"x"), "acme")
    assert "known are" in error.value.message and error.value.remedy


def test_a_document_that_takes_too_long_is_refused_and_the_next_one_read():
    slow = Source("a.yaml", b"- a\n" * 400_000)
    with Worker(seconds=1.0) as worker:
        with pytest.raises(DocumentError, match="more than 1 s"):
            worker.read(slow, "acme")
        with Worker() as patient:
            assert patient.read(PAGE, "acme").title == "Mill"


def test_a_process_that_dies_costs_one_document(worker):
    worker.read(PAGE, "acme")
    os.kill(worker._process.pid, signal.SIGKILL)
    with pytest.raises(DocumentError, match="crashed"):
        worker.read(PAGE, "acme")
    assert worker.read(PAGE, "acme").title == "Mill"


def test_order_is_kept_and_refusals_pass_through():
    sources = [Source(f"{n}.md", f"# Mill {n}".encode()) for n in range(20)]
    sources[7] = Refusal("7.md", "it is empty")
    sources[9] = Source("9.md", b"\x00")
    outcomes = list(read_in_parallel(sources, "acme"))
    assert [getattr(o, "title", None) or o.reason for o in outcomes[:7]] == [f"Mill {n}" for n in range(7)]
    assert [o.path for o in outcomes if isinstance(o, Refusal)] == ["7.md", "9.md"]


def test_sources_are_taken_only_as_they_are_read():
    taken = []

    def sources():
        for n in range(500):
            taken.append(n)
            yield Source(f"{n}.md", b"Words.")

    outcomes = read_in_parallel(sources(), "acme")
    next(outcomes)
    outcomes.close()
    assert len(taken) < 100


def test_a_folder_of_many_files_reads_alike_in_one_process_and_in_several(tmp_path, monkeypatch):
    for n in range(6):
        (tmp_path / f"{n}.md").write_text(f"# Mill {n}\n\nThe wheel number {n} turns.\n")
    alone = load_folder(tmp_path)
    monkeypatch.setattr(files_module, "_MANY", 2)
    assert load_folder(tmp_path) == alone


def test_formats_with_heavy_parsers_leave_this_process(tmp_path, monkeypatch):
    path = tmp_path / "a.html"
    path.write_bytes(PAGE.data)
    monkeypatch.setattr(files_module, "read_document", None)
    assert load_file(path).title == "Mill"
