from __future__ import annotations

import pytest

from coach.composing.rungs import find_rung


@pytest.mark.parametrize(
    ("normal", "rung"),
    [
        ("a director stands at level 2 of the track", 2),
        ("a director holds the third of the five levels", 3),
        ("a cto holds the fifth and last level on the ladder", 5),
        ("it is the 4th grade of the scale", 4),
        ("this is step three", 3),
        ("level 1 comes before level 2", None),
        ("there are five levels", None),
        ("the third of five children", None),
    ],
)
def test_the_one_rung_a_sentence_speaks_of(normal, rung):
    assert find_rung(normal) == rung
