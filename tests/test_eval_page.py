"""The report as a page, as Markdown and as JUnit: complete, self-contained, and nothing in it is obeyed."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from coach.eval.charts import draw_bars, draw_curve, draw_histogram
from coach.eval.comparing import compare
from coach.eval.curves import trace_reliability, trace_threshold
from coach.eval.dataset import Dataset, Fact, Sample
from coach.eval.exports import to_junit, to_markdown
from coach.eval.page import to_html
from coach.eval.replies import Quoted, Reply, Seen, Stated
from coach.eval.run import Record, Run, judge
from coach.eval.scorers import Score
from coach.eval.targets import Target

EVIL = '<script>alert("x")</script>'
SAMPLES = (
    Sample("good", "lookup", "how many?", facts=(Fact("ten", (re.compile("ten"),)),)),
    Sample("bad", "list", EVIL, facts=(Fact("missing fact", (re.compile("never said"),)),), turns=("earlier one",)),
    Sample("down", "lookup", "and?"),
    Sample("pay", "unanswerable", "pay?", expect="abstain"),
)
DATASET = Dataset("some", SAMPLES, {}, "digest")
REPLIES = (
    Reply(text="ten", claims=(Stated("ten", (1,), 0.9),), citations=(Quoted(1, "g", "ten", 0, 3),), seconds=0.1),
    Reply(text=f"{EVIL}\x07", passages=(Seen("g", 0, 3, EVIL, 1, 0.4),), seconds=0.2),
    Reply(error="timeout \x00"),
    Reply(text="none", abstained=True, passages=(Seen("g", 0, 3, "x", 1, 0.1),), seconds=0.3),
)


@pytest.fixture
def run():
    target = Target(ask=lambda *_: Reply(), text={"g": "ten"}.get)
    records = [judge(s, r, target) for s, r in zip(SAMPLES, REPLIES, strict=True)]
    records[1] = Record(**{**{n: getattr(records[1], n) for n in ("id", "kind", "reply", "score")}, "lost_at": "gate"})
    return Run({"dataset_digest": "digest", "revision": "abc"}, tuple(records))


def test_the_page_loads_nothing_and_runs_nothing(run):
    page = to_html(DATASET, run, compare(DATASET, run, run))
    assert "<script" not in page.replace("&lt;script", "")
    assert not re.search(r"(?:src|href)\s*=|url\(|@import", page)
    assert "default-src 'none'" in page
    assert page.count("<svg") >= 3


def test_the_page_tells_of_every_failed_sample(run):
    page = to_html(DATASET, run)
    for words in ("Failed questions (2)", "lost at gate", "missing fact", "earlier one", "timeout", "revision abc"):
        assert words in page
    assert "&lt;script&gt;" in page


def test_markdown_holds_the_tables_and_the_failures(run):
    text = to_markdown(DATASET, run, compare(DATASET, run, run))
    assert "| right | 0.667 |" in text
    assert "- `bad`: facts_missing, lost at gate" in text
    assert "## Against the baseline" in text


def test_junit_tells_failures_from_errors_and_can_be_read(run):
    suites = ElementTree.fromstring(to_junit(DATASET, run).encode())
    counts = {s.get("name"): (s.get("tests"), s.get("failures"), s.get("errors")) for s in suites}
    assert counts == {"lookup": ("2", "0", "1"), "list": ("1", "1", "0"), "unanswerable": ("1", "0", "0")}
    assert suites.find(".//failure").get("message") == "facts_missing missing fact"
    assert suites.find(".//error").get("message") == "timeout "


def test_an_empty_run_still_makes_a_page():
    page = to_html(DATASET, Run({"dataset_digest": "digest"}))
    assert "Failed questions (0)" in page


def test_reliability_is_the_share_supported_in_each_bin(run):
    quotes = (Quoted(1, "g", "A director leads 15 to 50 engineers.", 0, 36),)
    claims = (
        Stated("A director leads 15 to 50 engineers.", (1,), 0.9),
        Stated("A director leads 90 engineers.", (1,), 0.95),
        Stated("A director leads 90 engineers.", (1,), 0.1),
    )
    record = Record("a", "lookup", Reply(claims=claims, citations=quotes), Score("answered", True))
    assert trace_reliability([record]) == [(0.1, 0.0), (pytest.approx(0.925), 0.5)]


def test_a_threshold_trades_one_mistake_for_the_other(run):
    points = trace_threshold(DATASET, run.records)
    assert points[0] == (0.0, 1.0)
    assert points[-1] == (1.0, 0.0)
    assert (0.0, 0.0) in points  # 0.1 was the score of the unanswerable, 0.4 of the answerable
    assert trace_threshold(DATASET, run.records[:1]) == []


def test_charts_keep_within_their_frame_and_escape_their_words():
    bars = draw_bars([(EVIL, 2.0, "2 of 1"), ("none", 0.0, "0 of 0")], "bars")
    assert "<script" not in bars
    assert max(float(w) for w in re.findall(r'width="([\d.]+)"', bars)) <= 560
    assert draw_histogram([], "nothing", "ms") == ""
    assert draw_histogram([5.0, 5.0], "alike", "ms").count("<rect") == 20
    assert 'cx="550.0"' in draw_curve([(0.0, 0.0)], "curve", ("x", "y"), [((7.0, 0.5), "far")])
