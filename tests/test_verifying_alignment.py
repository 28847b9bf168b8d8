from __future__ import annotations

import numpy as np
import pytest

from coach.verifying.alignment import NAMES, Tokens, align, rarity


def tokens(ids: list[int], rows: list[list[float]]) -> Tokens:
    return Tokens(np.array(ids, dtype=np.int32), np.array(rows, dtype=np.float32).reshape(len(ids), 2))


def described(claim: Tokens, *evidence: Tokens) -> dict[str, float]:
    return dict(zip(NAMES, align(claim, evidence).tolist(), strict=True))


EAST, NORTH = [1.0, 0.0], [0.0, 1.0]
RARE, RARER = 20_000, 30_000


def test_rare_pieces_weigh_more_and_digits_count():
    weights = rarity(np.array([1012, 2000, 20_000, 30_521, 1017], dtype=np.int32))
    assert weights.tolist() == pytest.approx([0.02, 0.0247, 0.9135, 1.0, 0.36], abs=0.01)
    assert (np.diff(weights[:4]) > 0).all()


def test_the_same_words_match_fully():
    same = tokens([RARE, RARER], [EAST, NORTH])
    found = described(same, same)
    assert (found["match"], found["exact"], found["match_least"], found["bigrams"], found["in_order"]) == (
        1,
        1,
        1,
        1,
        1,
    )
    assert (found["inexact_weight"], found["below_85"], found["pooled"]) == (0, 0, pytest.approx(1))


def test_half_a_match_by_hand():
    found = described(tokens([RARE, RARE + 1], [EAST, NORTH]), tokens([RARE], [EAST]))
    assert found["match_plain"] == pytest.approx(0.5)
    assert found["match_least"] == 0
    assert found["exact"] == pytest.approx(0.5, abs=0.01)
    assert found["inexact_match"] == 0
    assert found["exact_match"] == 1
    assert found["pooled"] == pytest.approx(np.sqrt(0.5))


def test_two_sentences_may_match_more_than_one():
    found = described(tokens([RARE, RARE + 1], [EAST, NORTH]), tokens([RARE], [EAST]), tokens([RARE + 1], [NORTH]))
    assert found["match"] == pytest.approx(1)
    assert found["one_match"] == pytest.approx(0.5, abs=0.01)
    assert found["several_gain"] == pytest.approx(0.5, abs=0.01)


def test_nothing_to_match_is_all_zeros():
    empty, some = tokens([], []), tokens([RARE], [EAST])
    assert not align(empty, [some]).any()
    assert not align(some, [empty]).any()
    assert not align(some, []).any()
