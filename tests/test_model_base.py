from __future__ import annotations

import time

from coach.model.base import Call, Usage

COUNTED = {"input_tokens": 900, "output_tokens": 100, "total_tokens": 1000, "input_token_details": {"cache_read": 800}}


def test_a_receipt_adds_up_the_calls_of_an_answer():
    usage = Usage()
    usage.add(COUNTED)
    usage.add({"input_tokens": 100, "output_tokens": 20})
    assert usage.to_receipt(2.0, 10.0) == {
        "calls": 2,
        "input_tokens": 1000,
        "cached_tokens": 800,
        "output_tokens": 120,
        "uncounted_calls": 0,
        "cost": 0.0032,  # 1000 * 2 / 1e6 + 120 * 10 / 1e6
    }


def test_without_both_prices_or_with_an_uncounted_call_the_cost_is_unknown_not_zero():
    usage = Usage()
    usage.add(COUNTED)
    assert usage.to_receipt(2.0, None)["cost"] is None
    usage.add(None)
    receipt = usage.to_receipt(2.0, 10.0)
    assert (receipt["calls"], receipt["uncounted_calls"], receipt["cost"]) == (2, 1, None)


def test_no_call_is_no_receipt():
    assert Usage().to_receipt(1.0, 1.0) == {}


def test_a_call_knows_what_time_is_left():
    assert Call().remaining == float("inf")
    assert 4.9 < Call(deadline=time.monotonic() + 5).remaining <= 5
    assert Call(deadline=time.monotonic() - 1).remaining < 0
