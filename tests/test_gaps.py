from __future__ import annotations

import re
from typing import get_args

import pytest

from coach.gaps import CONNECTIVES, GAPS, to_connective
from coach.grounding import CONNECTIVES as LET_THROUGH
from coach.quantities import Unit


def test_every_kind_of_quantity_but_money_can_be_named_as_a_gap():
    """Of pay there is nothing else to say: a question for it is declined."""
    assert set(GAPS) == set(get_args(Unit)) - {"money"}


@pytest.mark.parametrize("gap", GAPS)
def test_a_gap_speaks_of_the_guides_and_leads_on_to_what_they_say(gap):
    said = to_connective(gap)
    assert re.fullmatch(r"The guides do not say [a-z ]+; what they do say:", said)
    assert said in CONNECTIVES and said in LET_THROUGH
