from __future__ import annotations

import pytest

from coach.errors import ModelError, ReaderLeftError
from coach.model.breaker import CircuitBreaker


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def fail(breaker: CircuitBreaker, error: Exception | None = None) -> None:
    with pytest.raises(ModelError), breaker.guard():
        raise error or ModelError("down")


def succeed(breaker: CircuitBreaker) -> None:
    with breaker.guard():
        pass


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    return CircuitBreaker("m", failures=3, rest=30, clock=clock)


def test_it_opens_after_failures_in_a_row_only(breaker):
    fail(breaker), fail(breaker), succeed(breaker), fail(breaker), fail(breaker)
    assert not breaker.is_open
    fail(breaker)
    assert breaker.is_open
    with pytest.raises(ModelError, match="failed 3 times in a row"), breaker.guard():
        pytest.fail("a call went through an open circuit")


def test_after_a_rest_one_trial_closes_or_opens_it_again(breaker, clock):
    fail(breaker), fail(breaker), fail(breaker)
    clock.now += 31
    fail(breaker)  # the trial
    with pytest.raises(ModelError, match="left alone"), breaker.guard():
        pytest.fail("it did not rest again")
    clock.now += 31
    succeed(breaker)
    assert not breaker.is_open


def test_only_one_trial_at_a_time(breaker, clock):
    fail(breaker), fail(breaker), fail(breaker)
    clock.now += 31
    with breaker.guard(), pytest.raises(ModelError, match="left alone"), breaker.guard():
        pytest.fail("two trials at once")


def test_a_reader_who_leaves_counts_neither_way(breaker):
    fail(breaker), fail(breaker)
    fail(breaker, ReaderLeftError("gone"))
    assert not breaker.is_open
    fail(breaker)
    assert breaker.is_open


def test_a_stream_closed_early_counts_neither_way(breaker, clock):
    def stream():
        with breaker.guard():
            yield "a"
            yield "b"

    fail(breaker), fail(breaker)
    pieces = stream()
    assert next(pieces) == "a"
    pieces.close()
    fail(breaker)
    assert breaker.is_open
    clock.now += 31
    pieces = stream()  # a trial that its reader breaks off makes room for the next
    next(pieces)
    pieces.close()
    succeed(breaker)
    assert not breaker.is_open
