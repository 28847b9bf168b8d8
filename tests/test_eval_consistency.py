"""Consistency worked by hand."""

from __future__ import annotations

import math

from coach.eval.consistency import cite_alike, measure_consistency
from coach.eval.replies import Quoted, Reply
from coach.eval.run import Record
from coach.eval.scorers import Score


def reply(*quotes, abstained=False):
    return Reply(abstained=abstained, citations=tuple(Quoted(i, "d", q, 0, 1) for i, q in enumerate(quotes, 1)))


def record(id_, reply_, correct=True):
    return Record(id_, "lookup", reply_, Score("answered", correct))


def test_likeness_of_citations_is_shared_over_all():
    assert cite_alike(reply("a", "b"), reply("b", "c")) == 1 / 3
    assert cite_alike(reply("a", "b"), reply("b", "a")) == 1.0
    assert cite_alike(reply("a"), reply()) == 0.0
    assert cite_alike(reply(), reply()) is None


def test_three_questions_by_hand():
    before = [record("1", reply("a", "b")), record("2", reply("a"), False), record("3", reply(abstained=True))]
    after = [record("1", reply("b", "c")), record("2", reply(abstained=True), False), record("3", reply("x"), False)]
    found = measure_consistency(before, after)
    # Decided alike: the first. Judged alike: the first two. Cited: (1/3 + 0 + 0) / 3.
    assert (found.questions, found.decided, found.judged) == (3, 1 / 3, 2 / 3)
    assert math.isclose(found.cited, 1 / 9)


def test_two_abstentions_agree_and_have_no_quotes_to_compare():
    found = measure_consistency([record("1", reply(abstained=True))], [record("1", reply(abstained=True))])
    assert (found.decided, found.judged, found.cited) == (1.0, 1.0, None)


def test_unscored_and_unmatched_samples_are_left_out():
    failed = Record("1", "lookup", Reply(error="down"), Score("unscored", None))
    found = measure_consistency([failed, record("2", reply())], [record("1", reply()), record("3", reply())])
    assert (found.questions, found.decided, found.judged, found.cited) == (0, None, None, None)
