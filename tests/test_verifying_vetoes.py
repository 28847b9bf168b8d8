from __future__ import annotations

import pytest

from coach.types import Evidence, Sentence
from coach.verifying.reading import read_claim, read_evidence
from coach.verifying.vetoes import find_vetoes
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
SIZES = (
    "An engineering manager typically leads 5 to 8 engineers, and a senior engineering manager leads 8 to 15 engineers."
)
ROADMAPS = (
    "Roadmaps reach 6 to 12 months for a senior engineering manager, 1 to 2 years for a director of engineering, "
    "and 2 to 5 years for a VP of Engineering."
)
REPORTS = "A VP of Engineering typically reports to the chief technology officer (CTO)."
NOBODY = "Staff engineers have nobody reporting to them."
WRITERS = "An engineering manager is no longer mainly responsible for writing code, but for the people on the team."
NURSES = "Charge nurses supervise 6 to 10 nurses, and nurse managers supervise 30 to 50 nurses."
MAY = "Becoming an engineering manager may fit a developer's goals."
SCORES = "A tool scores texts, drafts and, possibly, designs, but it may be slow."
NLP = "The lab studies natural language processing with doses of 310-320 mg."
MOST = "Most small companies put limits on how far technical staff can be promoted."


def evidence(text: str, *headings: str) -> Evidence:
    return Evidence("d", "A guide", "s", Sentence(text, 0, len(text), headings=headings))


def kinds(claim: str, *quotes: str | Evidence) -> list[str]:
    sources = [evidence(q) if isinstance(q, str) else q for q in quotes]
    return [v.kind for v in find_vetoes(read_claim(claim, VOCABULARY), [read_evidence(e, VOCABULARY) for e in sources])]


@pytest.mark.parametrize(
    ("claim", "quote", "kind"),
    [
        ("An EM leads 5 to 9 engineers.", SIZES, "number"),
        ("An EM leads more than 8 engineers.", SIZES, "number"),
        ("An EM leads 5 to 8 teams.", SIZES, "number"),
        ("An EM leads 5 to 8 engineers in 2 offices.", SIZES, "number"),
        ("An EM leads 8 to 15 engineers.", SIZES, "number_subject"),
        ("A VP's roadmap reaches 1 to 2 years.", ROADMAPS, "number_subject"),
        ("Nurse managers supervise 6 to 10 nurses.", NURSES, "number_subject"),
        ("A director leads 5 to 8 engineers.", SIZES, "role"),
        ("The CTO reports to the VP of Engineering.", REPORTS, "direction"),
        ("Staff engineers have people reporting to them.", NOBODY, "negation"),
        ("A VP of Engineering does not report to the CTO.", REPORTS, "negation"),
        ("An engineering manager is mainly responsible for writing code.", WRITERS, "negation"),
        ("An engineering manager is no longer responsible for the people on the team.", WRITERS, "negation"),
        (
            "A lead spends time on writing code.",
            "A lead spends time on activities other than writing code.",
            "negation",
        ),
        ("A VP of Engineering always reports to the CTO.", REPORTS, "quantifier"),
        ("Every VP of Engineering reports to the CTO.", REPORTS, "quantifier"),
        ("Only a VP of Engineering reports to the CTO.", REPORTS, "quantifier"),
        ("A VP of Engineering must report to the CTO.", REPORTS, "quantifier"),
        ("Becoming an engineering manager fits a developer's goals.", MAY, "quantifier"),
        ("A tool scores designs.", SCORES, "quantifier"),
        ("A tool is slow.", SCORES, "quantifier"),
        ("The lab studies natural language processing (NLQ).", NLP, "name"),
        ("The lab gives doses of 310-330mg.", NLP, "number"),
        ("All small companies put limits on how far technical staff can be promoted.", MOST, "quantifier"),
        ("Some small companies put limits on how far technical staff can be promoted.", MOST, "quantifier"),
        ("Most large companies put limits on how far technical staff can be promoted.", MOST, "opposite"),
        ("At Google, a VP of Engineering reports to the CTO.", REPORTS, "name"),
        ("A VP of Engineering reports to the CTO, see https://example.org.", REPORTS, "name"),
    ],
)
def test_a_false_claim_meets_the_check_made_for_it(claim, quote, kind):
    assert kind in kinds(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        ("EMs lead five to eight people.", SIZES),
        ("A senior EM leads 8–15 engineers.", SIZES),
        ("An EM leads up to 8 engineers.", SIZES),
        ("A senior engineering manager leads 8 to 15 engineers, an engineering manager 5 to 8.", SIZES),
        ("For a director, roadmaps reach 12 to 24 months.", ROADMAPS),
        ("A VP of Engineering has roadmaps of two to five years.", ROADMAPS),
        ("Nurse managers supervise 30 to 50 nurses.", NURSES),
        ("The VP of Engineering reports to the CTO.", REPORTS),
        ("Staff engineers have nobody who reports to them.", NOBODY),
        ("An engineering manager is responsible for the people on the team.", WRITERS),
        ("An engineering manager is no longer responsible for writing code.", WRITERS),
        ("A tool scores texts.", SCORES),
        ("The lab studies natural language processing (NLP).", NLP),
        ("The lab gives doses of 310-320mg.", NLP),
        ("I'm not sure, but an EM leads 5 to 8 engineers.", SIZES),
        ("Becoming an engineering manager can fit a developer's goals.", MAY),
        ("Most small companies limit how far technical staff can be promoted.", MOST),
    ],
)
def test_no_check_objects_to_a_true_claim(claim, quote):
    assert kinds(claim, quote) == []


def test_a_heading_lends_its_role_to_the_sentences_under_it():
    under = evidence(
        "Multiple teams or one larger team (8-15 engineers)", "Senior Engineering Manager", "Leadership skills"
    )
    assert kinds("A senior EM leads multiple teams or one larger team (8-15 engineers).", under) == []
    assert kinds("A director leads multiple teams or one larger team (8-15 engineers).", under)[0] in (
        "number_subject",
        "role",
    )


def test_a_heading_lends_nobody_to_report_to():
    under = evidence("Managers may then move up to director.", "From technical lead to director")
    assert kinds("A manager may then move up to director.", under) == []
    assert kinds("A manager may then move up to technical lead.", under) == ["role"]


def test_parts_of_an_enumeration_and_the_sides_of_a_passive_may_change_places():
    quote = "A director works with product managers and program managers."
    assert kinds("A director works with program managers and product managers.", quote) == []
    assert kinds("Tech leads are led by an engineering manager.", "An engineering manager leads the tech leads.") == []


def test_the_reason_is_a_phrase_for_a_person():
    claim = read_claim("A director leads 5 to 8 engineers.", VOCABULARY)
    whys = [v.why for v in find_vetoes(claim, [read_evidence(evidence(SIZES), VOCABULARY)])]
    assert "the quoted words do not speak of the director" in whys


def test_a_heading_lends_no_role_in_the_place_of_one_that_the_quote_names():
    under = evidence("A developer may begin as the tech lead of a small team.", "Steps from tech lead to CTO")
    assert kinds("A developer may begin as the tech lead of a small team.", under) == []
    assert "role" in kinds("A developer may begin as the CTO of a small team.", under)
