"""Agreement worked by hand."""

from __future__ import annotations

import math

import pytest

from coach.eval.agreement import (
    Bin,
    Confusion,
    accuracy,
    balanced_accuracy,
    bin_scores,
    calibration_error,
    cohen_kappa,
    count_confusion,
)

# 20 claims: of 10 supported 8 are kept, of 10 unsupported 7 are caught.
SOME = Confusion(kept=8, missed=2, passed=3, caught=7)


def test_pairs_are_counted_by_label_and_judgement():
    pairs = [(True, True)] * 8 + [(True, False)] * 2 + [(False, True)] * 3 + [(False, False)] * 7
    assert count_confusion(pairs) == SOME and SOME.total == 20


def test_accuracy_and_balance():
    assert accuracy(SOME) == 15 / 20
    assert balanced_accuracy(SOME) == (8 / 10 + 7 / 10) / 2
    assert balanced_accuracy(Confusion(kept=90, missed=0, passed=10, caught=0)) == 0.5  # accuracy would be 0.9


def test_kappa_leaves_out_what_chance_explains():
    # Labels say supported 10 of 20, the judge 11 of 20: expected 0.5 * 0.55 + 0.5 * 0.45 = 0.5; (0.75 - 0.5) / 0.5.
    assert math.isclose(cohen_kappa(SOME), 0.5)
    assert cohen_kappa(Confusion(5, 0, 0, 5)) == 1.0
    assert math.isclose(cohen_kappa(Confusion(0, 5, 5, 0)), -1.0)
    assert math.isclose(cohen_kappa(Confusion(kept=25, missed=25, passed=25, caught=25)), 0.0)


def test_kappa_of_cohens_kind_with_unequal_shares():
    # 50 claims, 20/5/10/15: observed 0.7, expected 0.5 * 0.6 + 0.5 * 0.4 = 0.5, kappa 0.4.
    assert math.isclose(cohen_kappa(Confusion(kept=20, missed=5, passed=10, caught=15)), 0.4)


@pytest.mark.parametrize("measure", [accuracy, balanced_accuracy, cohen_kappa])
def test_nothing_to_measure_is_none(measure):
    assert measure(Confusion(0, 0, 0, 0)) is None


def test_a_judge_that_always_says_yes_to_what_is_always_true_shows_no_agreement():
    assert cohen_kappa(Confusion(10, 0, 0, 0)) is None


def test_scores_fall_into_bins_and_one_into_the_last():
    bins = bin_scores([(True, 1.0), (False, 0.9), (False, 0.0), (True, 0.05), (True, 0.5)])
    assert [(b.low, b.claims, b.supported) for b in bins] == [(0.0, 2, 0.5), (0.5, 1, 1.0), (0.9, 2, 0.5)]
    assert [round(b.score, 3) for b in bins] == [0.025, 0.5, 0.95]


def test_the_calibration_error_weighs_each_bin_by_its_claims():
    # (3 * |0.2 - 0| + 1 * |0.9 - 1|) / 4 = 0.175
    assert math.isclose(calibration_error([Bin(0.2, 0.3, 3, 0.2, 0.0), Bin(0.9, 1.0, 1, 0.9, 1.0)]), 0.175)
    assert calibration_error([]) is None
