"""Each metric against values worked by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.eval import metrics


def test_nothing_to_measure_is_none_and_not_a_perfect_score():
    assert metrics.rate(0, 0) is None
    assert metrics.mean([]) is None
    assert metrics.mean([None]) is None
    assert metrics.percentile([], 0.5) is None
    assert metrics.bootstrap_interval([]) is None
    assert metrics.rank_scores({}, {}) == {}
    assert metrics.rate_abstentions([]) == metrics.AbstentionRates(None, None, None, None, None)
    assert metrics.rate_citations([], lambda *_: True) == metrics.CitationRates(None, None)
    assert metrics.harmonic(None, 1.0) is None


def test_unscored_values_are_left_out_of_a_mean_not_counted_as_zero():
    assert metrics.mean([1.0, None, 0.5]) == 0.75


def test_percentiles_interpolate_between_neighbours():
    assert metrics.percentile([4, 1, 3, 2], 0.5) == 2.5
    assert metrics.percentile([10, 20, 30, 40, 50], 0.95) == pytest.approx(48)
    assert metrics.percentile([7], 0.99) == 7


def test_abstention_rates():
    # 4 due: 3 declined, 1 answered; 6 answerable: 1 declined, 5 answered
    decisions = [(True, True)] * 3 + [(True, False)] + [(False, True)] + [(False, False)] * 5
    rates = metrics.rate_abstentions(decisions)
    assert rates.precision == 3 / 4
    assert rates.recall == 3 / 4
    assert rates.f1 == pytest.approx(0.75)
    assert rates.wrongly_declined == pytest.approx(1 / 6)
    assert rates.wrongly_answered == 1 / 4


@pytest.mark.parametrize(("declines", "f1"), [(True, pytest.approx(4 / 7)), (False, None)])
def test_neither_always_declining_nor_never_declining_looks_good(declines, f1):
    rates = metrics.rate_abstentions([(True, declines)] * 2 + [(False, declines)] * 3)
    assert (rates.wrongly_declined, rates.wrongly_answered) == ((1.0, 0.0) if declines else (0.0, 1.0))
    assert rates.f1 == f1  # precision 2/5, recall 1; without a declined question there is no precision


def test_harmonic_of_two_zeros_is_zero():
    assert metrics.harmonic(0.0, 0.0) == 0.0


def holds(premise, sentence):
    """A judge for letters: every letter of the sentence stands in the premise."""
    return set(sentence) <= set(premise)


def test_citation_recall_and_precision_as_alce_defines_them():
    statements = [
        ("ab", ["ab", "x"]),  # recalled; "ab" is precise, "x" is irrelevant
        ("cd", ["c", "d"]),  # recalled by both together; both precise, for neither does without the other
        ("ef", ["e"]),  # not recalled, so its citation is not precise
        ("gh", []),  # nothing cited: not recalled
    ]
    rates = metrics.rate_citations(statements, holds)
    assert rates.recall == 2 / 4
    assert rates.precision == 3 / 5


def test_rank_scores():
    ranked = {
        "one": [frozenset(), frozenset({0}), frozenset({0, 1})],  # gold at ranks 2 and 3
        "two": [frozenset({0})],
        "three": [frozenset(), frozenset()],
    }
    scores = metrics.rank_scores(ranked, {"one": 2, "two": 1, "three": 1, "four": 1})
    assert scores["R@1"] == pytest.approx(1 / 4)
    assert scores["R@5"] == pytest.approx(2 / 4)
    assert scores["RR"] == pytest.approx((1 / 2 + 1) / 4)
    # nDCG of "one": (1/log2(3) + 1/log2(4)) / (1/log2(2) + 1/log2(3)) = 1.1309 / 1.6309 = 0.6934
    assert scores["nDCG@10"] == pytest.approx((0.6934 + 1) / 4, abs=1e-4)


def test_intervals_hold_the_mean_and_narrow_with_more_values():
    few, many = [0.0, 1.0] * 5, [0.0, 1.0] * 200
    low, high = metrics.bootstrap_interval(few)
    assert 0 < low < 0.5 < high < 1
    narrow = metrics.bootstrap_interval(many)
    assert narrow[1] - narrow[0] < (high - low) / 3
    assert metrics.bootstrap_interval(few) == (low, high)  # seeded


def test_an_interval_of_differences_looks_at_pairs():
    assert metrics.paired_interval([0, 1, 0, 1], [1, 2, 1, 2]) == (1.0, 1.0)


def test_mcnemar_by_hand():
    # 5 lost, 0 won: 2 * (1/2)^5 = 1/16
    assert metrics.mcnemar([True] * 5 + [True], [False] * 5 + [True]) == pytest.approx(1 / 16)
    # 1 lost, 2 won: 2 * (1 + 3)/8 = 1
    assert metrics.mcnemar([True, False, False], [False, True, True]) == 1.0
    assert metrics.mcnemar([True], [True]) == 1.0


def test_permutation_test():
    assert metrics.permutation_test([1.0, 2.0], [1.0, 2.0]) == 1.0
    assert metrics.permutation_test([0.0] * 10, [1.0] * 10) == pytest.approx(2 / 2**10, abs=2e-3)
    assert metrics.permutation_test([0.0, 1.0], [1.0, 0.0]) == 1.0


@given(st.lists(st.tuples(st.booleans(), st.booleans())))
def test_mcnemar_does_not_care_which_run_comes_first(pairs):
    first, second = [a for a, _ in pairs], [b for _, b in pairs]
    assert metrics.mcnemar(first, second) == metrics.mcnemar(second, first)
    assert 0 < metrics.mcnemar(first, second) <= 1


@given(st.lists(st.floats(0, 1), min_size=1), st.floats(0, 1))
def test_percentiles_stay_within_the_values(values, share):
    assert min(values) <= metrics.percentile(values, share) <= max(values) + 1e-12
