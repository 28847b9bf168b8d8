from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.verifying.reading import read_claim
from coach.verifying.relations import find_reversed, read_relations
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
PARTIES = (
    "the VP of Engineering", "a director of engineering", "the tech lead", "every engineering manager", "the board",
    "her team members", "the CTO", "most developers", "Ada Lovelace", "the bakers",
)  # fmt: skip
# third person, plural, participle: what is said of two parties in the active and the passive voice
VERBS = tuple(
    tuple(line.split())
    for line in (
        "manages manage managed", "leads lead led", "hires hire hired", "mentors mentor mentored",
        "promotes promote promoted", "teaches teach taught", "supports support supported", "advises advise advised",
        "supervises supervise supervised", "informs inform informed",
    )
)  # fmt: skip
OPENINGS = ("", "In larger companies, ", "Typically, ", "When a company grows, ")
ENDINGS = ("", " in larger companies", " on a regular basis", ", whatever the size of the company")


def read(text: str):
    return read_claim(text, VOCABULARY)


def is_reversed(claim: str, *quotes: str) -> bool:
    return bool(find_reversed(read(claim), [read(q) for q in quotes]))


def are_plural(party: str) -> bool:
    return party.endswith("s") and not party.startswith("Ada")


def say(doer: str, verb: tuple[str, ...], other: str, *, passive: bool = False) -> str:
    if passive:
        return f"{other} {'are' if are_plural(other) else 'is'} {verb[2]} by {doer}"
    return f"{doer} {verb[1] if are_plural(doer) else verb[0]} {other}"


sentences = st.tuples(
    st.lists(st.sampled_from(PARTIES), min_size=2, max_size=2, unique=True),
    st.sampled_from(VERBS),
    st.booleans(),
    st.booleans(),
    st.sampled_from(OPENINGS),
    st.sampled_from(ENDINGS),
)


@given(sentences)
def test_active_and_passive_say_the_same_and_exchanged_sides_the_contrary(drawn):
    (doer, other), verb, one, another, opening, ending = drawn
    quote = f"{opening}{say(doer, verb, other, passive=one)}."
    assert not is_reversed(f"{say(doer, verb, other, passive=another)}{ending}.", quote)
    assert is_reversed(f"{say(other, verb, doer, passive=another)}{ending}.", quote)


@given(st.lists(st.sampled_from(PARTIES), min_size=2, max_size=2, unique=True), st.booleans())
def test_to_report_to_somebody_is_to_be_managed_by_them(parties, passive):
    boss, other = parties
    quote = f"{say(boss, VERBS[0], other, passive=passive)}."
    reports = "report" if are_plural(other) else "reports"
    assert not is_reversed(f"{other} {reports} to {boss}.", quote)
    assert is_reversed(f"{boss} {'report' if are_plural(boss) else 'reports'} to {other}.", quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        (
            "The directors of engineering hire the VP of Engineering.",
            "A VP of Engineering hires and manages directors.",
        ),
        ("The CTO reports to the VP.", "In larger companies, a VP typically reports to the CTO or to the CEO."),
        ("Team members give the EM feedback.", "An EM gives every team member feedback on a regular basis."),
        ("The EM gets feedback from team members.", "An EM gives every team member feedback on a regular basis."),
        ("Beats acquired Apple in 2014.", "Apple acquired Beats in 2014."),
        ("A researcher may become an architect.", "An architect who stays technical can become a researcher."),
        ("Mentors learn from their mentees.", "Mentees learn from their mentors."),
        ("Design precedes discovery.", "Design follows discovery."),
    ],
)
def test_exchanged_sides_are_seen(claim, quote):
    assert is_reversed(claim, quote)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        (
            "Directors are hired and managed by the VP of Engineering.",
            "A VP of Engineering hires and manages directors.",
        ),
        (
            "Everybody on the team gets regular feedback from the EM.",
            "An EM gives every team member feedback regularly.",
        ),
        ("Team members receive feedback from the EM.", "An EM gives every team member feedback regularly."),
        ("The engineers a director leads sit in several teams.", "A director leads engineers in multiple teams."),
        ("Engineers and managers support each other.", "Managers support engineers."),
        ("With the support of the team the EM plans a project.", "The EM supports the team and plans a project."),
        ("The head of the team is a director.", "A director heads the team."),
        ("Discovery precedes design.", "Design follows discovery."),
        ("An EM coordinates when teams depend on one another.", "An EM coordinates what teams depend on."),
    ],
)
def test_saying_it_in_another_way_is_no_contradiction(claim, quote):
    assert not is_reversed(claim, quote)


def test_a_quote_that_says_it_straight_outweighs_one_that_says_the_contrary():
    quotes = ("A VP hires the directors.", "In some companies, directors hire the VP.")
    assert is_reversed("Directors hire the VP.", quotes[0])
    assert not is_reversed("Directors hire the VP.", *quotes)


def test_both_sides_of_a_relation_are_read_past_brackets_and_clauses():
    (told,) = read_relations(read("The director (a manager of managers), who knows them well, mentors the tech leads."))
    assert (told.what, told.word) == ("teach", "mentors")
    assert "@tech-lead" in told.other
