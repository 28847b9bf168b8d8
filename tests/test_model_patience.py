from __future__ import annotations

import itertools
import threading
import time

import pytest

from coach.errors import ModelError, ReaderLeftError
from coach.model.base import Call
from coach.model.patience import read_patiently


def read(start, call=None, patience=5.0):
    return read_patiently(start, call or Call(), patience=patience, name="m")


def hang_after(*pieces, released):
    yield from pieces
    released.wait(20)


@pytest.fixture
def released():
    event = threading.Event()
    yield event
    event.set()


def test_pieces_come_through_in_order():
    assert list(read(lambda: iter("abc"))) == ["a", "b", "c"]
    assert list(read(lambda: iter(()))) == []


def test_errors_come_through_after_what_was_said():
    def break_off():
        yield "a"
        raise ConnectionResetError("gone")

    pieces = read(break_off)
    assert next(pieces) == "a"
    with pytest.raises(ConnectionResetError):
        next(pieces)


@pytest.mark.parametrize("said", [(), ("a", "b")])
def test_silence_ends_after_the_patience(said, released):
    started = time.monotonic()
    pieces = read(lambda: hang_after(*said, released=released), patience=0.2)
    assert [next(pieces) for _ in said] == list(said)
    with pytest.raises(ModelError, match=r"said nothing for 0\.2 seconds"):
        next(pieces)
    assert time.monotonic() - started < 3


def test_the_deadline_ends_a_stream_that_keeps_talking():
    def talk():
        while True:
            time.sleep(0.02)
            yield "on and on"

    call = Call(deadline=time.monotonic() + 0.3)
    with pytest.raises(ModelError, match="took longer"):
        list(read(talk, call))
    assert -2 < call.remaining <= 0


def test_a_reader_who_leaves_stops_the_wait(released):
    call = Call()
    threading.Timer(0.1, call.left.set).start()
    started = time.monotonic()
    with pytest.raises(ReaderLeftError):
        list(read(lambda: hang_after(released=released), call, patience=20))
    assert time.monotonic() - started < 5


def test_closing_stops_the_stream_and_reads_little_ahead():
    closed, made = threading.Event(), itertools.count()

    def talk():
        try:
            while True:
                yield str(next(made))
        finally:
            closed.set()

    pieces = read(talk)
    assert next(pieces) == "0"
    pieces.close()
    assert closed.wait(5)
    assert next(made) < 200
