"""The report as a page, as Markdown and as JUnit: complete, self-contained, and nothing in it is obeyed."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from coach.eval.charts import draw_bars, draw_curve, draw_histogram, draw_intervals, draw_lines
from coach.eval.comparing import compare
from coach.eval.curves import bin_scores, trace_reliability, trace_threshold
from coach.eval.dataset import Dataset, Fact, Sample
from coach.eval.exports import to_junit, to_markdown
from coach.eval.gating import Corpus, Gated, Verdict
from coach.eval.page import to_html
from coach.eval.page_study import to_study_page
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


FLIPPED = {
    "good": Score("facts_missing", False),
    "bad": Score("answered", True),
    "down": Score("unscored", None),
    "pay": Score("declined", True),
}


@pytest.fixture
def run():
    target = Target(ask=lambda *_: Reply(), text={"g": "ten"}.get)
    records = [judge(s, r, target) for s, r in zip(SAMPLES, REPLIES, strict=True)]
    records[1] = Record(**{**{n: getattr(records[1], n) for n in ("id", "kind", "reply", "score")}, "lost_at": "gate"})
    return Run({"dataset_digest": "digest", "revision": "abc"}, tuple(records))


def test_the_page_loads_nothing_and_runs_nothing(run):
    page = to_html(DATASET, run, compare(DATASET, run, run))
    assert "<script" not in page.replace("&lt;script", "")
    assert not re.search(r"src\s*=|href\s*=\s*[\"'](?!#)|url\(|@import", page)
    targets = set(re.findall(r'href="#(\w+)"', page))
    assert targets and targets <= set(re.findall(r'id="(\w+)"', page))
    assert "default-src 'none'" in page
    assert page.count("<svg") >= 3


def test_the_page_tells_of_every_failed_sample(run):
    page = to_html(DATASET, run)
    for words in ("Failed questions (2)", "Lost at gate: 1", "missing fact (missing)", "earlier one", "timeout"):
        assert words in page
    assert "revision abc" in page and "&lt;script&gt;" in page


def test_what_changed_stands_first_with_both_answers(run):
    earlier = replace(
        run, records=tuple(replace(r, reply=Reply(text="before &"), score=FLIPPED[r.id]) for r in run.records)
    )
    page = to_html(DATASET, run, compare(DATASET, earlier, run))
    assert page.index("Got worse: 1") < page.index("<h2>Headline") < page.index("<h2>Failed questions")
    assert "Got better: 1" in page and page.count("before &amp;") == 2
    assert "+1 / -1" in page
    assert "No question changed sides." in to_html(DATASET, run, compare(DATASET, run, run))
    assert "What changed" not in to_html(DATASET, run)


def test_the_gate_speaks_at_the_top(run):
    worse = Gated("chunks_headed", 1.0, 0.2, 0.02, False)
    closed = Verdict((worse,), ("bad",), (), {"gate": 1}, Corpus(removed=("a-guide",)))
    page = to_html(DATASET, run, None, closed)
    assert page.index("The gate is closed.") < page.index("<h2>Headline")
    assert "Look at <b>chunking</b> first." in page and "Guides removed: a-guide." in page
    assert "The gate is open." in to_html(DATASET, run, None, Verdict((), (), (), {}, Corpus()))
    text = to_markdown(DATASET, run, None, closed)
    assert "**The gate is closed.** Look at chunking first." in text and "| chunks_headed | 1.000 | 0.200 |" in text


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


def test_scores_are_binned_with_what_was_true():
    # 0.91 and 0.99 share a bin of width 0.1, 1.0 belongs to the last bin, 0.2 to the third
    found = bin_scores([(0.91, True), (0.99, False), (1.0, True), (0.2, False)])
    assert found == [(0.2, 0.0, 1), (pytest.approx(2.9 / 3), pytest.approx(2 / 3), 3)]
    assert bin_scores([]) == []


def test_reliability_comes_from_labelled_sentences_where_there_are_any(run):
    known = replace(run, header={**run.header, "reliability": [[0.1, 0.0, 30], [0.9, 1.0, 12]]})
    assert "42 sentences of a model that lies on purpose" in to_html(DATASET, known)


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
    alike = draw_histogram([5.0, 5.0], "alike", "ms", [(5.0, "p50")])
    assert alike.count("<rect") == 24 and ">2</text>" in alike and "p50" in alike
    assert 'cx="542.0"' in draw_curve([(0.0, 0.0)], "curve", ("x", "y"), [((7.0, 0.5), "far")])
    drawn = draw_intervals([(EVIL, 0.5, -1.0, 7.0, 0.4), ("b", 0.1, 0.0, 0.2, None)], "intervals")
    assert "<script" not in drawn and drawn.count('class="earlier"') == 1 and "H498.0" in drawn


def test_one_slow_answer_does_not_squeeze_all_others():
    drawn = draw_histogram([*[10.0] * 60, 11.0, 9000.0], "times", "ms")
    assert "11 ms and more" in drawn


def test_lines_leave_out_what_was_not_measured_and_names_do_not_cover_each_other():
    drawn = draw_lines([("a", [0.5, None, 0.5]), ("b", [0.5, 0.5, 0.5]), ("c", [None] * 3)], ["1", "2", "3"], "sweep")
    assert drawn.count("<circle") == 5
    heights = [float(y) for y in re.findall(r'class="series-\d" x="[\d.]+" y="([\d.]+)"', drawn)]
    assert len(heights) == 2 and abs(heights[0] - heights[1]) >= 12


def test_a_study_is_a_page_of_its_own(run):
    worse = replace(run, records=tuple(replace(r, score=FLIPPED[r.id]) for r in run.records))
    page = to_study_page("What <each> part is worth", DATASET, {"whole": run, "half": worse})
    assert "What &lt;each&gt; part is worth" in page and "default-src 'none'" in page
    assert page.count("<svg") >= 2 and ">half</text>" in page
    swept = to_study_page("What top_k does", DATASET, {"top_k=4": run, "top_k=8": worse}, steps=True)
    assert swept.count("<svg") == 1 and ">4</text>" in swept and "By top_k" in swept
