from __future__ import annotations

import pytest

from coach.retrieval.asking import get_english
from coach.retrieval.focus import asks_elsewhere, find_focus, find_strangers


@pytest.mark.parametrize(
    ("question", "focus"),
    [
        ("What skills does a director of engineering need?", ["skills"]),
        ("interview questions for hiring a VP of Engineering", ["interview", "questions"]),
        ("growth signs of an EM", ["growth", "signs"]),
        ("Which budget does a director manage?", ["budget"]),
        ("Who hires the directors?", []),
        ("Does a director write code?", []),
        ("How do I become a director?", []),
    ],
)
def test_what_is_asked_for_by_name(built_coach, question, focus):
    found, _ = built_coach.look_up(question)
    assert [t.word for t in find_focus(found.query, found.vocabulary)] == focus


STORY = (
    "I was a tech lead at Initech for three years and my old boss there always told me that I should have moved on. "
)


@pytest.mark.parametrize(
    ("question", "strangers"),
    [
        ("What does a CIO do at IBM?", {"ibm"}),
        ("Is an H-1B easier to get for a manager?", {"h-1b"}),
        ("what did Steve Jobs say about managers", {"steve"}),  # the guides speak of jobs
        ("does initech's ladder go higher than globex's?", {"initech", "globex"}),
        ("is my wife's company's ladder any good, and a friend's?", set()),
        ("What does a VP of Engineering do? And a CTO?", set()),
        ("Can engineers rise higher at Google?", set()),
        ("What Does A Director Do?", set()),
        (STORY * 2 + "Should I become a manager?", set()),
        (STORY * 2 + "Does Netflix hire managers?", {"netflix"}),
        (STORY + "Should I become a manager?", set()),
        ("Is planning the VPE's or the CTO's?", set()),
        ("Who writes the OKRs?", set()),
    ],
)
def test_names_that_no_guide_knows(built_coach, question, strangers):
    found, _ = built_coach.look_up("What does a director do?")
    assert find_strangers(question, found) == strangers


@pytest.mark.parametrize(
    ("question", "enough", "not_enough"),
    [
        ("how many hours a week does a CTO work", "She works 50 hours a week.", "Her vision looks 5 years ahead."),
        ("how many one-on-ones fit in a day", "Hold at most four of them a day.", "Hold one every week."),
    ],
)
def test_a_quantity_must_be_on_the_scale_asked_for(question, enough, not_enough):
    meets = get_english().meets_needs
    assert meets(question, enough, of_quantity=True) and not meets(question, not_enough, of_quantity=True)
    assert meets(question, not_enough, of_quantity=False)


@pytest.mark.parametrize(
    ("question", "enough", "not_enough"),
    [
        ("who wrote the book on habits?", "The book on habits is by Stephen Covey.", "A director writes books."),
        ("in what city are most of them?", "Most sit in Munich.", "Most sit in one department."),
        ("what time do cooks start", "Cooks start at 10 am.", "Cooks start early in their career."),
        ("which of the skills is the most important?", "The main skill is delegation.", "They need five skills."),
        ("what is the ratio of designers to engineers?", "One designer for each eight engineers.", "Both design."),
        ("how old must I be?", "Nobody under the age of 18.", "A shift is eight hours."),
        ("tell me a joke about managers", "", "Managers joke."),
    ],
)
def test_what_a_sentence_must_hold(question, enough, not_enough):
    meets = get_english().meets_needs
    assert meets(question, enough, of_quantity=False) is bool(enough)
    assert not meets(question, not_enough, of_quantity=False)


def test_plain_questions_need_nothing_of_the_kind():
    for question in ("What does a director do?", "How many engineers does an EM lead?", "tell me about directors"):
        assert all(get_english().meets_needs(question, "", of_quantity=kind) for kind in (True, False))


def test_who_plans_headcount_asks_for_somebody():
    assert get_english().find_unit("who plans headcount?") is None
    assert get_english().find_unit("who has a team, and how many people are on it?") == "people"
    assert get_english().find_unit("what % of tech leads become managers?") == "percent"
    assert get_english().find_unit("how much of a tech lead's time is not coding?") == "percent"


@pytest.mark.parametrize(
    ("question", "elsewhere"),
    [
        ("What does a CIO do at IBM?", True),
        ("Would an H-1B be easier to get as a manager?", True),
        ("does initech's ladder go higher than ours?", True),
        ("what do directors earn in Portugal", True),
        ("Is the bar for a director higher than at Initech?", True),
        ("my boss Priya says directors still code, is that so?", False),
        ("As Tom said, do directors write code?", False),
        ("Can engineers rise higher at Google?", False),  # a guide speaks of it
        ("Our HR says a tech lead is a manager, is that so?", False),
        ("What does a VP of Engineering do in a startup?", False),
        ("How Do I Become A Successful Director?", False),
        ("I'm moving from IC to EM in Q3, what changes?", False),
        ("I lead a team in India, what does an engineering manager focus on?", False),
        ("I'm an engineering manager at Stripe, how do I become a director?", False),
        ("I become an EM in March. Which skills do I need?", False),
        ("What skills does an EM need in AI teams?", False),
        ("How is the CTO different from the VPE in a SaaS company?", False),
        ("WHAT DOES A CTO DO OF WHAT A DIRECTOR OF ENGINEERING OR A VP OF ENGINEERING DOES, HONESTLY", False),
        ("WHAT ARE THE SIGNS I AM READY FOR DIRECTOR, SERIOUSLY", False),
        ("I want to become an engineering manager ASAP, what skills do I need?", False),
        ("In layman's terms, what does a director of engineering do?", False),
        ("what does a CTO do, explain it in English", False),
        ("What does the CTO of Globex do?", True),
        ("What does a director do at Globex? And what does an EM do?", True),
        ("Hello. Does a director at Globex write code?", True),
        ("Everybody looks up to my friend at Globex. Do directors still code?", False),
        ("who decides, the VPE's or the CTO's people?", False),
        ("what is a good number of PRs for an EM", False),
        (STORY + "What would I do as a director?", False),
    ],
)
def test_a_name_the_guides_do_not_know_asks_of_somewhere_else_unless_it_may_be_a_friend(
    built_coach, question, elsewhere
):
    found, _ = built_coach.look_up(question)
    assert asks_elsewhere(found.query.texts[0], found) is elsewhere
