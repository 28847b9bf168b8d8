"""The figures in the documentation are those on record, and no others."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from coach.cli import main
from coach.errors import FixError
from coach.eval import readme
from coach.eval.baseline import Baseline, Known, save_baseline
from coach.eval.readme import find_stale, to_figures, to_peers, write_blocks
from coach.eval.recorded import record_latency
from coach.eval.replies import Reply
from coach.eval.run import Record, Run
from coach.eval.scorers import Score

METRICS = {
    "right": 0.875,
    "wrongly_declined": 0.0421,
    "wrongly_answered": 0.2,
    "claims_cited": 1.0,
    "false_claims_shown": 0.004,
    "true_claims_kept": None,
}
BASELINE = Baseline("guides-dev", "d", {}, "f", METRICS, {"a": Known("answered", True), "b": Known("declined", True)})


@pytest.fixture
def recorded(tmp_path, monkeypatch):
    """Baselines and recorded figures of our own making."""
    save_baseline(BASELINE, tmp_path / "guides-dev.json")
    monkeypatch.setattr(readme, "get_baseline_path", lambda name: tmp_path / f"{name}.json")
    monkeypatch.setattr(readme, "LATENCY", tmp_path / "latency.json")
    monkeypatch.setattr(readme, "PEERS", tmp_path / "peers.json")
    return tmp_path


def test_the_table_holds_what_the_baseline_holds(recorded):
    rows = [
        [c.strip() for c in line.strip("|").split("|")] for line in to_figures().splitlines() if line.startswith("|")
    ]
    table = {row[0]: row[1:] for row in rows}
    assert table[""] == ["development questions"]
    assert table["questions"] == ["2"] and table["answered rightly"] == ["87.5 %"]
    assert table["falsehoods of a model that lies on purpose that were dropped"] == ["99.6 %"]
    assert table["true sentences of that model that were kept"] == ["-"]


def test_a_second_baseline_gets_a_column(recorded):
    save_baseline(replace(BASELINE, metrics={**METRICS, "right": 0.5}), recorded / "guides-test.json")
    assert "| answered rightly | 87.5 % | 50.0 % |" in to_figures()


def test_latency_is_told_with_its_day_and_machine(recorded):
    records = tuple(Record(str(i), "lookup", Reply(seconds=i / 10), Score("answered", True)) for i in range(11))
    run = Run({"started": "2026-11-25T10:00:00", "machine": {"cores": 2}, "dataset": "guides-dev"}, records)
    record_latency(run, recorded / "latency.json")
    assert "within 500 ms" in to_figures() and "within 950 ms, on 2 processor cores" in to_figures()
    assert "on 2026-11-25." in to_figures()


def test_other_products_are_told_with_model_and_day(recorded):
    assert "coach eval peers --write" in to_peers()
    product = {"name": "langchain", "title": "LangChain", "version": "1.2", "figures": {"right": 0.25}}
    kept = {"questions": ["a"], "dataset": "guides-test", "top_k": 4, "embedding_model": "e", "model": "m"}
    (recorded / "peers.json").write_text(json.dumps({**kept, "started": "2026-11-25T10", "products": [product]}))
    assert "| LangChain 1.2 | 0.250 | - |" in to_peers()
    assert "1 questions of guides-test" in to_peers() and "on 2026-11-25;" in to_peers()


def test_only_what_stands_between_the_marks_is_written():
    text = "before\n<!-- a -->\nold\n<!-- /a -->\nafter <!-- b -->"
    blocks = {"a": lambda: r"new \1", "b": lambda: "never", "c": lambda: "never"}
    assert write_blocks(text, blocks) == "before\n<!-- a -->\nnew \\1\n<!-- /a -->\nafter <!-- b -->"
    assert write_blocks(write_blocks(text, blocks), blocks) == write_blocks(text, blocks)


def test_a_changed_figure_is_found_and_mended(recorded, tmp_path, monkeypatch, capsys):
    page = tmp_path / "README.md"
    page.write_text("# Coach\n\n<!-- figures -->\nAll answers are right.\n<!-- /figures -->\n")
    monkeypatch.setattr(readme, "find_stale", lambda: find_stale(tmp_path))
    assert main(["eval", "readme"]) == 2
    assert "not those on record" in capsys.readouterr().out and "All answers" in page.read_text()
    assert main(["eval", "readme", "--write"]) == 0
    assert "87.5 %" in page.read_text() and "All answers" not in page.read_text()
    assert main(["eval", "readme"]) == 0


def test_without_a_checkout_there_is_nothing_to_check(tmp_path):
    with pytest.raises(FixError, match="no README"):
        find_stale(tmp_path)


def test_the_figures_that_are_shipped_are_those_on_record():
    assert not find_stale(), "Run `coach eval readme --write`."
