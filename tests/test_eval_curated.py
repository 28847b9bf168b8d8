"""The curated dataset is whole at every moment, whoever is killed and whatever the disk does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from coach.errors import StorageError
from coach.eval.curated import accept, accepted_ids, check_row, reject, rejected_ids
from coach.eval.dataset import DatasetError, load_dataset

ROW = {"id": "c-1", "kind": "lookup", "question": "q?", "expect": "abstain", "note": "thumbs_down 1"}


@pytest.fixture
def out(tmp_path):
    return tmp_path / "made" / "curated.jsonl"


def test_accepted_rows_make_a_dataset_with_a_header(out):
    accept(out, ROW, ["ladder"])
    accept(out, {**ROW, "id": "c-2"}, ["ladder"])
    dataset = load_dataset(out)
    assert [s.id for s in dataset.samples] == ["c-1", "c-2"]
    assert dataset.header["rows"] == 2 and dataset.header["corpus"] == ["ladder"]
    assert {"license", "origin", "how_made"} <= set(dataset.header)
    assert accepted_ids(out) == {"c-1", "c-2"}


def test_a_row_that_is_there_or_is_no_row_is_refused(out):
    accept(out, ROW, [])
    with pytest.raises(DatasetError, match="already"):
        accept(out, ROW, [])
    with pytest.raises(DatasetError, match="candidate c-9: `expect`"):
        accept(out, {**ROW, "id": "c-9", "expect": "maybe"}, [])
    assert accepted_ids(out) == {"c-1"}


def test_rejections_are_remembered_by_id_alone(out):
    reject(out, "c-3")
    reject(out, "c-4")
    assert rejected_ids(out) == {"c-3", "c-4"} and accepted_ids(out) == frozenset()
    assert not out.exists()


def test_labels_are_checked_against_the_documents():
    row = {**ROW, "expect": "answer", "gold": [{"document": "d", "quote": "gone"}], "facts": []}
    assert [s.fault for s in check_row(row, {"d": "text"})] == ["quote_gone", "no_facts"]


def test_a_full_disk_leaves_the_dataset_as_it_was(out, monkeypatch):
    accept(out, ROW, [])
    before = out.read_bytes()

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        accept(out, {**ROW, "id": "c-2"}, [])
    assert out.read_bytes() == before
    assert [p.name for p in out.parent.iterdir() if p.suffix not in (".jsonl", ".lock")] == []


ACCEPT = """
import sys
from pathlib import Path
from coach.eval.curated import accept
for number in range(10_000):
    row = {"id": f"{sys.argv[2]}-{number}", "kind": "k", "question": "q?" * 500, "expect": "abstain"}
    accept(Path(sys.argv[1]), row, [])
    print(number, flush=True)
"""


def test_a_killed_session_loses_nothing_it_had_accepted(out):
    writer = subprocess.Popen([sys.executable, "-c", ACCEPT, str(out), "a"], stdout=subprocess.PIPE, text=True)
    for _ in range(5):
        last = int(writer.stdout.readline())
    time.sleep(0.05)
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    assert {f"a-{n}" for n in range(last + 1)} <= accepted_ids(out)
    accept(out, ROW, [])
    assert "c-1" in {s.id for s in load_dataset(out).samples}


def test_two_sessions_keep_each_others_rows(out):
    source = ACCEPT.replace("10_000", "8")
    started = [
        subprocess.Popen([sys.executable, "-c", source, str(out), name], stdout=subprocess.DEVNULL) for name in "ab"
    ]
    assert [p.wait(60) for p in started] == [0, 0]
    assert len(accepted_ids(out)) == 16
