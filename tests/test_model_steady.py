from __future__ import annotations

import itertools
import time

import pytest

from coach.errors import ModelError
from coach.model.base import Call
from coach.model.breaker import CircuitBreaker
from coach.model.steady import SteadyModel, get_status, is_passing


class Status(Exception):
    def __init__(self, status_code: int) -> None:
        super().__init__(str(status_code))
        self.status_code = status_code


class Inner:
    """Fails with the given causes first, then streams; counts its calls."""

    name = "inner"

    def __init__(self, *causes, pieces=("a", "b"), dies=False) -> None:
        self.causes, self.pieces, self.dies, self.calls = list(causes), pieces, dies, 0

    def stream(self, system, user, call=None):
        self.calls += 1
        if self.causes:
            raise ModelError("no") from self.causes.pop(0)
        yield from self.pieces
        if self.dies:
            raise ModelError("died") from ConnectionResetError()


def steady(inner, *, failures=5, timeout=10.0, patience=5.0):
    breaker = CircuitBreaker("inner", failures=failures, rest=60)
    return SteadyModel(inner, timeout=timeout, patience=patience, breaker=breaker, wait=0.01)


def test_a_passing_fault_is_tried_again_and_nobody_notices():
    inner = Inner(ConnectionRefusedError(), Status(503))
    assert list(steady(inner).stream("s", "u")) == ["a", "b"]
    assert inner.calls == 3


def test_it_gives_up_after_three_attempts():
    inner = Inner(*[ConnectionRefusedError()] * 9)
    with pytest.raises(ModelError, match="no"):
        list(steady(inner).stream("s", "u"))
    assert inner.calls == 3


@pytest.mark.parametrize("cause", [Status(401), Status(400), Status(404), ValueError("nonsense")])
def test_a_lasting_fault_is_not_tried_again(cause):
    inner = Inner(cause)
    with pytest.raises(ModelError):
        list(steady(inner).stream("s", "u"))
    assert inner.calls == 1


def test_what_was_said_is_never_said_twice():
    inner = Inner(dies=True)
    pieces = steady(inner).stream("s", "u")
    assert list(itertools.islice(pieces, 2)) == ["a", "b"]
    with pytest.raises(ModelError, match="died"):
        next(pieces)
    assert inner.calls == 1


def test_no_attempt_begins_after_the_deadline():
    inner = Inner(*[ConnectionRefusedError()] * 3)
    call = Call(deadline=time.monotonic() - 0.001)
    with pytest.raises(ModelError):
        list(steady(inner).stream("s", "u", call))
    assert inner.calls <= 1


def test_a_model_that_keeps_failing_is_left_alone():
    inner = Inner(*[Status(401)] * 9)
    model = steady(inner, failures=2)
    for _ in range(4):
        with pytest.raises(ModelError):
            list(model.stream("s", "u"))
    assert inner.calls == 2


def test_the_time_for_the_whole_reply_is_limited():
    def talk():
        while True:
            time.sleep(0.02)
            yield "on"

    started = time.monotonic()
    with pytest.raises(ModelError, match="longer"):
        list(steady(Inner(pieces=talk()), timeout=0.3).stream("s", "u"))
    assert time.monotonic() - started < 3


def test_the_name_and_the_model_inside_can_be_read():
    inner = Inner()
    assert steady(inner).name == "inner" and steady(inner).inner is inner


def test_which_faults_pass():
    def caused(cause):
        error = ModelError("x")
        error.__cause__ = cause
        return error

    class APIConnectionError(Exception):
        pass

    class Reply:
        status_code = 502

    class HTTPStatusError(Exception):
        response = Reply()

    assert all(is_passing(caused(e)) for e in (APIConnectionError(), HTTPStatusError(), TimeoutError(), Status(429)))
    assert not any(is_passing(caused(e)) for e in (Status(422), KeyError("x"), None))
    assert not is_passing(ConnectionError())
    assert get_status(HTTPStatusError()) == 502 and get_status(KeyError()) is None
