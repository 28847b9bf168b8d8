from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.chunking import chunk_document
from coach.loading import load_folder
from coach.types import Evidence, Sentence
from coach.verifying import DeterministicVerifier
from coach.verifying.mutations import LIES, TRUTHS, falsify, restate
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
VERIFIER = DeterministicVerifier(VOCABULARY)


def quote(text: str, *headings: str, title: str = "A guide", lead_in: str = "") -> Evidence:
    return Evidence("d", title, "s", Sentence(text, 0, len(text), headings=headings, lead_in=lead_in))


def verdict(claim: str, *evidence: Evidence) -> str:
    return VERIFIER.verify([(claim, evidence)])[0].verdict


@pytest.fixture(scope="session")
def guide_sentences(corpus: Path) -> list[Evidence]:
    found: dict[tuple[str, int], Evidence] = {}
    for document in load_folder(corpus, collection="guides").documents:
        for chunk in chunk_document(document, vocabulary=VOCABULARY, size=900, overlap=150):
            for said in chunk.sentences:
                found[document.id, said.start] = Evidence(document.id, document.title, document.source, said)
    return [e for e in found.values() if e.sentence.kind != "heading"]


def test_a_quote_is_supported_whatever_its_case_blanks_and_final_stop():
    said = quote("Nothing here — not even this — is checked word by word.")
    assert VERIFIER.verify([("nothing here - not even this -  is checked word by word", [said])])[0].score == 1.0


def test_a_claim_without_evidence_or_without_content_is_not_supported():
    assert verdict("An EM leads engineers.") == "not_enough_info"
    assert verdict("So it is with them.", quote("So it is with them and others.")) == "not_enough_info"
    assert verdict("", quote("")) == "not_enough_info"


def test_headings_and_lead_in_vouch_for_the_subject_of_a_list_item():
    under = quote("Ability to lead several teams (8-15 engineers)", "Senior Engineering Manager", "Leadership skills")
    claim = "Senior Engineering Manager, leadership skills: ability to lead several teams (8-15 engineers)."
    assert verdict(claim, under) == "supported"
    assert verdict(claim.replace("Senior", "First-level"), under) != "supported"
    item = quote("mentoring", lead_in="A tech lead needs these skills:")
    assert verdict("A tech lead needs the skill of mentoring.", item) == "supported"


def test_one_word_too_many_is_one_too_many():
    said = quote("An engineering manager looks after budgets and other resources.")
    assert verdict("An engineering manager looks after budgets.", said) == "supported"
    judged = VERIFIER.verify([("An engineering manager looks after budgets and vacations.", [said])])[0]
    assert (judged.verdict, judged.why) == ("not_enough_info", 'the quoted words do not say "vacations"')


def test_a_clause_is_not_pieced_together_from_two_quotes():
    budgets = quote("The archive keeps annual budgets.")
    plans = quote("The kitchen prepares weekly menus.")
    assert (
        verdict("The archive keeps annual budgets, and the kitchen prepares weekly menus.", budgets, plans)
        == "supported"
    )
    assert verdict("The archive prepares weekly menus.", budgets, plans) == "not_enough_info"


def test_judgements_keep_the_order_of_the_pairs():
    said = quote("A tech lead reviews code.")
    judged = VERIFIER.verify(
        [("A tech lead reviews code.", [said]), ("A tech lead reviews budgets.", [said]), ("", [])]
    )
    assert [j.verdict for j in judged] == ["supported", "not_enough_info", "not_enough_info"]
    assert VERIFIER.verify([]) == []


def test_every_sentence_of_the_guides_supports_itself(guide_sentences):
    judged = VERIFIER.verify([(e.sentence.text, [e]) for e in guide_sentences])
    assert {j.verdict for j in judged} == {"supported"}


def test_falsehoods_made_of_the_guides_are_refused_and_restatements_are_not(guide_sentences):
    rng = random.Random(20)
    texts = [e.sentence.text for e in guide_sentences]
    lies = [(v, e) for e in guide_sentences for v in falsify(e.sentence.text, rng, VOCABULARY, rng.sample(texts, 20))]
    truths = [(v, e) for e in guide_sentences for v in restate(e.sentence.text, rng, VOCABULARY)]
    shown = [v for v, e in lies if verdict(v.text, e) == "supported"]
    refused = [v for v, e in truths if verdict(v.text, e) != "supported"]
    assert {v.kind for v, _ in lies} >= set(LIES) - {"exchange_numbers"}  # the guides give one range a sentence
    assert {v.kind for v, _ in truths} == set(TRUTHS)
    assert len(shown) <= 0.01 * len(lies), shown
    assert len(refused) <= 0.02 * len(truths), refused
    assert not [
        v for v in shown if v.kind in ("number", "number_words", "unit", "exchange_numbers", "role", "name", "tail")
    ]


_LEVELS = {"An engineering manager": (5, 8), "A director of engineering": (15, 50), "A VP of Engineering": (50, 200)}


@given(st.sampled_from(sorted(_LEVELS)), st.integers(1, 300), st.integers(1, 300))
def test_only_the_stated_range_of_the_stated_role_is_supported(role, low, high):
    said = quote("An engineering manager leads 5 to 8 engineers, a director of engineering leads 15 to 50 engineers, "
                 "and a VP of Engineering leads 50 to 200 engineers.")  # fmt: skip
    expected = (low, high) == _LEVELS[role]
    assert (verdict(f"{role} leads {low} to {high} engineers.", said) == "supported") is expected
    assert verdict(f"{role} leads {_LEVELS[role][0]} to {_LEVELS[role][1]} engineers.", said) == "supported"


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_can_be_judged(claim, said):
    assert VERIFIER.verify([(claim, [quote(said)])])[0].verdict in ("supported", "refuted", "not_enough_info")


def test_words_inside_the_name_of_a_role_vouch_for_nothing_but_the_role():
    said = quote("A new engineering manager must build people management skills first.")
    assert verdict("A new engineering manager must build people management skills.", said) == "supported"
    assert verdict("A new engineering manager must be an engineer first.", said) != "supported"
    lead = quote("A technical lead splits a project up.", "Technical lead: responsibilities")
    assert verdict("A technical lead splits a technical project up.", lead) != "supported"
    assert verdict("A manager must build skills first.", said) == "supported"
