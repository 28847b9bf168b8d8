"""The independent judge of support: blunt, but it must not wave through what differs in a figure or a denial."""

from __future__ import annotations

import pytest

from coach.eval.support import covers

PREMISE = "A director of engineering leads a department of 15 to 50 engineers in multiple teams."


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (PREMISE, True),
        ("Directors lead departments of 15 to 50 engineers.", True),
        ("A director leads 15 to 60 engineers.", False),
        ("A director leads a department of five teams.", False),
        ("A director does not lead a department of engineers.", False),
        ("A director negotiates salaries with vendors every quarter.", False),
        ("", True),
    ],
)
def test_support(sentence, expected):
    assert covers(PREMISE, sentence) is expected
