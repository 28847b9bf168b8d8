from __future__ import annotations

import numpy as np
import pytest

from coach.verifying.alignment import Tokens
from coach.verifying.spans import NAMES, describe_spans

EAST, NORTH, BETWEEN = [1.0, 0.0], [0.0, 1.0], [0.6, 0.8]
RARE = 20_000


def tokens(ids: list[int], rows: list[list[float]]) -> Tokens:
    return Tokens(np.array(ids, dtype=np.int32), np.array(rows, dtype=np.float32).reshape(len(ids), 2))


def described(claim: Tokens, *evidence: Tokens) -> dict[str, float]:
    return dict(zip(NAMES, describe_spans(claim, evidence).tolist(), strict=True))


def test_a_text_that_says_itself_has_no_gap():
    same = tokens([RARE, RARE + 1], [EAST, NORTH])
    found = described(same, same)
    assert (found["gap"], found["gap_share"], found["shortfall"], found["pair_gain"]) == (0, 0, 0, 0)
    assert (found["longest_run"], found["well_matched"], found["pair_match"]) == (1, 1, pytest.approx(1))
    assert found["soft_match"] == pytest.approx(1, abs=1e-3)
    assert found["topic"] == pytest.approx(1)


def test_a_pair_of_sentences_says_what_neither_says_alone():
    claim = tokens([RARE, RARE + 1], [EAST, NORTH])
    found = described(claim, tokens([RARE], [EAST]), tokens([RARE + 1], [NORTH]))
    assert found["pair_match"] == pytest.approx(1)
    assert found["pair_gain"] == pytest.approx(0.5, abs=0.01)
    assert found["second_match"] == pytest.approx(0.5, abs=0.01)
    assert found["pair_least"] == pytest.approx(1)


def test_the_longest_gap_and_its_place_by_hand():
    # pieces match 1, 0, 0, 1: two in a row are unsaid, half of the weight; the weakest is the second of four
    claim = tokens([RARE] * 4, [EAST, NORTH, NORTH, EAST])
    found = described(claim, tokens([RARE + 1], [EAST]))
    assert (found["gap"], found["gap_share"], found["weakest_place"]) == (2, pytest.approx(0.5), 0.25)
    assert found["shortfall"] == pytest.approx(0.75 / 2)
    assert found["longest_run"] == 0


def test_the_longest_run_of_shared_pieces_by_hand():
    claim = tokens([1, 2, 3, 9], [EAST] * 4)
    assert described(claim, tokens([7, 2, 3, 1, 2], [EAST] * 5))["longest_run"] == pytest.approx(2 / 4)


def test_attention_mixes_the_evidence():
    found = described(tokens([RARE], [BETWEEN]), tokens([RARE + 1, RARE + 2], [EAST, NORTH]))
    assert 0.8 < found["soft_match"] < 1  # nearer to the mix than to the better of the two


def test_no_text_is_all_zeros():
    nothing = tokens([], [])
    assert not any(described(nothing, tokens([RARE], [EAST])).values())
    assert not any(described(tokens([RARE], [EAST]), nothing).values())
