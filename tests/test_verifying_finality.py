from __future__ import annotations

import pytest

from coach.types import Evidence, Sentence
from coach.verifying.deterministic import DeterministicVerifier
from coach.verifying.finality import cover_by_one, find_final
from coach.verifying.vetoes import find_vetoes
from coach.vocabulary import load_vocabulary

CHECKS = DeterministicVerifier(load_vocabulary())
SAID = "An engineering manager writes a plan for every new engineer and meets each of them for 30 minutes a week."


def read(claim: str, said: str = SAID):
    return CHECKS.read(claim, [Evidence("", "", "", Sentence(said, 0, len(said)))])


@pytest.mark.parametrize(
    ("claim", "objection", "final"),
    [
        # the quote with one thing changed
        ("An engineering manager does not write a plan for every new engineer.", "negation", True),
        ("An engineering manager meets each engineer for 90 minutes a week.", "number", True),
        ("A director writes a plan for every new engineer.", "role", True),
        ("Only the manager writes a plan for every new engineer.", "quantifier", True),
        # words of its own
        ("Newcomers are never left without guidance by their boss.", "negation", False),
        ("Newcomers must get guidance.", "quantifier", False),
        ("The boss is in London.", "name", False),
        ("Newcomers get guidance 3 times.", "number", False),
    ],
)
def test_an_objection_is_final_where_the_claim_is_the_quote_changed(claim, objection, final):
    own, quotes = read(claim)
    vetoes = find_vetoes(own, quotes)
    assert objection in {v.kind for v in vetoes}
    found = find_final(vetoes, own, quotes)
    assert (found is not None) is final
    assert not final or found in vetoes


def test_without_an_objection_nothing_is_final():
    own, quotes = read("An engineering manager writes a plan for every new engineer.")
    assert find_final(find_vetoes(own, quotes), own, quotes) is None


def test_the_share_of_words_that_one_quote_vouches_for():
    assert cover_by_one(*read("The manager writes poems and songs.")) == 0.5
    assert cover_by_one(*read("So it is.")) == 1.0


@pytest.mark.parametrize(
    ("claim", "final"),
    [
        ("Everybody on the team gets regular feedback from the EM.", False),  # other words on the other side
        ("Team members give the EM feedback on a regular basis.", True),  # other people on the other side
    ],
)
def test_words_in_another_order_may_be_overruled_and_sides_exchanged_may_not(claim, final):
    own, quotes = read(claim, "An EM gives every team member feedback on a regular basis.")
    vetoes = find_vetoes(own, quotes)
    assert [v.kind for v in vetoes] == ["direction"]
    assert (find_final(vetoes, own, quotes) is not None) is final


@pytest.mark.parametrize(
    ("claim", "final"),
    [
        ("Formal authority is not needed in order to lead.", False),  # both deny something
        ("A leader can lead with formal authority.", True),
        ("A true leader is not able to lead.", True),  # a denial put into the quote
    ],
)
def test_a_denial_is_weighed_where_both_deny_and_final_where_one_does(claim, final):
    own, quotes = read(claim, "A true leader is able to lead without a title and without formal authority.")
    assert "negation" in {v.kind for v in find_vetoes(own, quotes)}
    assert (find_final(find_vetoes(own, quotes), own, quotes) is not None) is final


@pytest.mark.parametrize(
    ("claim", "final"),
    [
        ("Becoming an engineering manager fits a developer's goals.", True),
        ("Developers have goals an engineering manager fits.", False),
    ],
)
def test_a_lost_may_is_final_where_the_claim_is_the_quote_without_it(claim, final):
    own, quotes = read(claim, "Becoming an engineering manager may fit a developer's goals.")
    vetoes = [v for v in find_vetoes(own, quotes) if v.kind == "quantifier"]
    assert vetoes and (find_final(vetoes, own, quotes) is not None) is final
