from __future__ import annotations

from coach.attributing import attribute
from coach.types import Draft, Evidence, Judgement, Sentence


def quote(text: str, start: int = 0) -> Evidence:
    return Evidence("ladder", "The ladder", "Guide", Sentence(text, start, start + len(text)))


DIRECTOR = quote("A director leads 15 to 50 engineers.")
LEAD = quote("A tech lead reviews the code of one team.", 50)
VISION = quote("A CTO sets the technical vision.", 100)
EVERY = (DIRECTOR, LEAD, VISION)


def equal(pairs):
    """Supported where the words are the same."""
    return [
        Judgement("supported" if claim == e[0].sentence.text else "not_enough_info", 1.0 if claim else 0.0)
        for claim, e in pairs
    ]


def test_a_claim_without_a_number_rests_on_the_evidence_that_supports_it():
    draft, judgement = attribute(Draft(LEAD.sentence.text, (), others=EVERY), equal)
    assert draft.evidence == (LEAD,) and judgement.verdict == "supported"


def test_what_nothing_supports_is_attributed_to_nothing():
    assert attribute(Draft("A director leads 900 engineers.", (VISION,), others=EVERY), equal) is None
    assert attribute(Draft("A director leads 15 to 50 engineers.", others=()), equal) is None


def test_only_the_likeliest_are_asked_and_its_own_evidence_is_not_asked_again():
    asked = []

    def note(pairs):
        asked.extend(e.sentence.text for _, (e,) in pairs)
        return equal(pairs)

    more = tuple(quote(f"A director leads {n} to 99 engineers.", 200 + 50 * n) for n in range(9))
    attribute(Draft(DIRECTOR.sentence.text, (DIRECTOR,), others=(*EVERY, *more)), note)
    assert len(asked) == 3 and DIRECTOR.sentence.text not in asked and LEAD.sentence.text not in asked


def test_evidence_with_less_than_half_of_a_claims_words_is_not_asked():
    asked = []

    def note(pairs):
        asked.extend(pairs)
        return equal(pairs)

    near, far = quote("A director leads several engineers.", 300), quote("A director writes plans for engineers.", 400)
    claim = "A director leads engineers with patience and humour."
    attribute(Draft(claim, (), others=(near, far)), note)
    assert [e.sentence.text for _, (e,) in asked] == [near.sentence.text]


def test_support_that_is_not_sure_is_not_enough_for_what_was_not_cited():
    def unsure(pairs):
        return [Judgement("supported", 0.8)] * len(pairs)

    assert attribute(Draft(LEAD.sentence.text, (), others=EVERY), unsure) is None
