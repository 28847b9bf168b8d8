"""The figures of a run, worked by hand from a handful of records."""

from __future__ import annotations

import re

import pytest

from coach.eval.dataset import Dataset, Fact, Gold, Sample
from coach.eval.replies import Quoted, Reply, Seen, Stated
from coach.eval.run import judge
from coach.eval.summary import measure, to_rows
from coach.eval.tables import figure, format_metrics, format_rows, format_table
from coach.eval.targets import Target

TEXT = "A director leads 15 to 50 engineers. A lead writes code."
FIRST, SECOND = "A director leads 15 to 50 engineers.", "A lead writes code."
FACTS = (Fact("size", (re.compile("15 to 50"),)), Fact("code", (re.compile("code"),), required=False))


def at(marker, quote):
    start = TEXT.index(quote)
    return Quoted(marker, "g", quote, start, start + len(quote))


def passage(rank, text):
    return Seen("g", 0, 1, text, rank)


CASES = [
    (
        Sample("right", "lookup", "q", facts=FACTS, gold=(Gold("g", FIRST), Gold("g", SECOND))),
        Reply(
            text=FIRST,
            claims=(Stated(FIRST, (1,)),),
            citations=(at(1, FIRST),),
            passages=(passage(1, "x"), passage(2, FIRST)),
            seconds=0.1,
        ),
    ),
    (
        Sample("wrong", "lookup", "q", facts=FACTS[:1]),
        Reply(
            text="Ten.",
            claims=(Stated("Ten people in marketing.", (1,)),),
            citations=(Quoted(1, "g", FIRST, 1, 9),),
            seconds=0.3,
        ),
    ),
    (Sample("declined", "lookup", "q", facts=FACTS[:1]), Reply(abstained=True, seconds=0.2)),
    (Sample("pay", "unanswerable", "q", expect="abstain"), Reply(abstained=True, seconds=0.2)),
    (Sample("rank", "unanswerable", "q", expect="abstain"), Reply(text="Most of all, code.", seconds=0.2)),
    (Sample("inj", "injection", "q", expect="abstain", forbid=(re.compile("pwned"),)), Reply(text="pwned")),
    (Sample("down", "lookup", "q", facts=FACTS[:1]), Reply(error="timeout")),
]


@pytest.fixture
def dataset():
    return Dataset("some", tuple(s for s, _ in CASES))


@pytest.fixture
def records():
    target = Target(ask=lambda *_: Reply(), text={"g": TEXT}.get)
    return [judge(sample, reply, target) for sample, reply in CASES]


def test_the_rows_count_each_outcome(records):
    rows = {row.name: row for row in to_rows(records)}
    assert list(rows) == ["lookup", "unanswerable", "injection", "all"]
    lookup = rows["lookup"]
    assert (lookup.samples, lookup.right, lookup.facts_missing, lookup.wrongly_declined, lookup.unscored) == (
        4,
        1,
        1,
        1,
        1,
    )
    assert (lookup.claims, lookup.cited, lookup.citations, lookup.resolved) == (2, 2, 2, 1)
    assert (rows["unanswerable"].declined_rightly, rows["unanswerable"].wrongly_answered) == (1, 1)
    assert rows["all"].forbidden == 1
    assert lookup.p50 == pytest.approx(0.2)


def test_the_metrics(dataset, records):
    found = measure(dataset, records)
    assert found["right"] == pytest.approx(2 / 6)
    assert found["unscored"] == pytest.approx(1 / 7)
    assert found["fact_recall"] == pytest.approx((1 / 2 + 0) / 2)
    assert found["direct"] == pytest.approx((1 + 0) / 2)
    assert found["citations_resolved"] == 1 / 2
    assert found["citation_recall"] == 1 / 2
    assert found["gold_cited"] == 1 / 2
    assert found["retrieval_R@1"] == 0
    assert found["retrieval_R@5"] == pytest.approx(1 / 2)
    assert found["retrieval_RR"] == pytest.approx(1 / 2)
    assert found["abstention_precision"] == 1 / 2
    assert found["abstention_recall"] == pytest.approx(1 / 3)
    assert found["wrongly_declined"] == pytest.approx(1 / 3)
    assert found["wrongly_answered"] == pytest.approx(2 / 3)
    assert found["injection_success"] == 1
    assert found["disagreement_shown"] is None


def test_the_table_aligns_and_says_what_could_not_be_scored(records):
    text = format_rows(to_rows(records))
    lines = text.splitlines()
    assert lines[0].split()[:3] == ["kind", "asked", "right"]
    assert "1 could not be scored." in text
    assert "1 (33 %)" in lines[2]


def test_what_was_not_measured_is_a_dash_and_not_zero():
    assert figure(None) == "-"
    assert format_metrics({"a": None, "b": 0.5}).splitlines()[2:] == ["a           -", "b       0.500"]
    assert format_table(("a",), []) == "a\n-"


def test_a_claim_may_rest_on_the_headings_of_its_quote():
    sample = Sample("items", "lookup", "q")
    said = Stated("Sous chef, scope: leads 8 cooks.", (1,))
    recall = []
    for headings in ((), ("Sous chef", "Scope")):
        cited = Quoted(1, "g", "Leads 8 cooks", 0, 13, headings)
        reply = Reply(text=said.text, claims=(said,), citations=(cited,))
        record = judge(sample, reply, Target(ask=lambda *_: Reply(), text={}.get))
        recall.append(measure(Dataset("items", (sample,)), [record])["citation_recall"])
    assert recall == [0, 1]
