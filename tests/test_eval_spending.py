"""Tokens and money worked by hand."""

from __future__ import annotations

import math

from coach.eval.spending import measure_spending
from coach.model.base import Usage


def receipt(input_tokens, output_tokens, *, prices=(None, None)):
    usage = Usage()
    usage.add({"input_tokens": input_tokens, "output_tokens": output_tokens})
    return usage.to_receipt(*prices)


def test_means_per_question_with_those_that_asked_no_model():
    # 2 dollars a million in, 8 out: (900 * 2 + 100 * 8) / 1e6 = 0.0026; two of these and an abstention: / 3.
    receipts = [receipt(900, 100, prices=(2, 8)), {}, receipt(900, 100, prices=(2, 8))]
    found = measure_spending(receipts)
    assert math.isclose(found["tokens_mean"], 2000 / 3) and math.isclose(found["output_tokens_mean"], 200 / 3)
    assert math.isclose(found["cost_mean"], 0.0052 / 3)


def test_one_unknown_cost_makes_the_mean_unknown():
    found = measure_spending([receipt(10, 10, prices=(2, 8)), receipt(10, 10)])
    assert found["tokens_mean"] == 20 and found["cost_mean"] is None


def test_other_servers_tell_only_the_sum():
    assert measure_spending([{"total_tokens": 70}, {"total_tokens": 30}])["tokens_mean"] == 50


def test_without_any_model_nothing_was_spent_and_nothing_is_measured():
    nothing = {"tokens_mean": None, "output_tokens_mean": None, "cost_mean": None}
    assert measure_spending([{}, {}]) == measure_spending([]) == nothing
