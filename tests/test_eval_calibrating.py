"""A calibration counts what was unscored, and trusts nobody who left it out."""

from __future__ import annotations

import math

import pytest

from coach.eval.calibrating import calibrate
from coach.eval.dataset import DatasetError
from coach.eval.judging import Opinion, unscored
from coach.eval.judging_runs import claims_of, to_support
from coach.eval.labelled import Labelled
from coach.eval.replies import Quoted, Reply, Stated
from coach.eval.run import Record, Run
from coach.eval.scorers import Score

ROWS = [
    Labelled(f"r{i}", "", (("d", "q"),), f"claim {i}", i < 5, "paraphrase" if i < 5 else "number") for i in range(10)
]


def test_figures_by_hand():
    said = [True] * 4 + [False] + [True] + [False] * 4
    found = calibrate("some", ROWS, [Opinion(s, 0.9 if s else 0.1) for s in said])
    assert (found.accuracy, found.balanced, found.unscored) == (0.8, 0.8, 0)
    assert math.isclose(found.kappa, 0.6) and found.trusted
    assert found.passed == {"number": 1} and found.missed == {"paraphrase": 1}
    # 5 at 0.9, of which 4 hold, and 5 at 0.1, of which 1 holds: (5 * 0.1 + 5 * 0.1) / 10.
    assert math.isclose(found.calibration_error, 0.1)
    assert found.interval[0] <= 0.8 <= found.interval[1]


def test_unscored_claims_are_counted_and_in_no_figure():
    opinions = [Opinion(True)] * 4 + [unscored("down")] + [Opinion(False)] * 4 + [unscored("nonsense")]
    found = calibrate("some", ROWS, opinions)
    assert (found.accuracy, found.kappa, found.unscored) == (1.0, 1.0, 2)
    assert found.why_unscored == {"down": 1, "nonsense": 1}
    assert not found.trusted, "a judge that leaves a fifth out is not to be trusted, however right the rest"


def test_a_judge_that_is_down_has_no_figures_at_all():
    found = calibrate("some", ROWS, [unscored("down")] * 10)
    assert (found.accuracy, found.kappa, found.interval, found.bins, found.calibration_error) == (
        None,
        None,
        None,
        (),
        None,
    )
    assert found.unscored == 10 and not found.trusted


def test_each_claim_needs_its_opinion():
    with pytest.raises(ValueError, match="argument"):
        calibrate("some", ROWS, [])


def test_claims_of_a_run_come_with_what_they_cite():
    reply = Reply(
        text="x",
        claims=(Stated("first", (1, 2)), Stated("uncited", ()), Stated("lost marker", (9,))),
        citations=(Quoted(1, "d", "one", 0, 3), Quoted(2, "e", "two", 0, 3)),
    )
    run = Run({}, (Record("s", "lookup", reply, Score("answered", True)),))
    (claim,) = claims_of(run)
    assert (claim.id, claim.claim, claim.evidence, claim.supported) == (
        "s/1",
        "first",
        (("d", "one"), ("e", "two")),
        None,
    )
    with pytest.raises(DatasetError, match="no cited claim"):
        claims_of(Run({}))


def test_what_a_judge_says_of_a_run_stands_beside_what_it_is_worth():
    calibration = calibrate("some", ROWS, [Opinion(i < 5) for i in range(10)])
    support = to_support("some", [Opinion(True), Opinion(True), Opinion(False), unscored("down")], calibration)
    assert (support.claims, support.unscored, support.kappa, support.trusted) == (4, 1, 1.0, True)
    assert math.isclose(support.supported, 2 / 3)
    assert to_support("some", [unscored("down")], calibration).supported is None
