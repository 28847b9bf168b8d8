from __future__ import annotations

import pytest

from coach.retrieval.query import read_question
from coach.retrieval.subjects import find_range, find_sweep, get_ladder, name_heads, name_ones
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
STORY = (
    "I was a director for six years at a shop with forty engineers, most of whom I hired myself, and next spring, so "
    "the founder says over lunch, they want to make me VP there. "
)


def read(text: str):
    return read_question(text, vocabulary=VOCABULARY)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("What may an EM decide vs. a senior one?", "What may an EM decide vs. a senior engineering manager?"),
        ("A product manager or the program one?", "A product manager or the program manager?"),
        ("A senior one?", "A senior one?"),
        ("How does a director run one on ones?", "How does a director run one on ones?"),
    ],
)
def test_one_of_a_kind_is_named(text, named):
    assert name_ones(text, VOCABULARY) == named


def test_a_range_of_a_ladder_holds_every_rung():
    assert find_range("How does scope widen from EM up to VP?", VOCABULARY) == (
        "engineering-manager",
        "senior-engineering-manager",
        "director",
        "vp",
    )
    assert find_range("from a director all the way down to the tech lead", VOCABULARY)[0] == "tech-lead"
    assert find_range("who mentors, from senior engineer up to EM?", VOCABULARY)[0] == "senior-engineer"


@pytest.mark.parametrize(
    "text", ["How do I get from EM up to VP?", "from EM to VP", "EM, up to you", "from EM up to product manager"]
)
def test_somebody_s_way_is_no_range(text):
    assert find_range(text, VOCABULARY) == ()


def test_a_range_is_compared_and_a_way_is_a_move():
    assert read("How does scope widen from EM up to VP?").form == "explanation"
    assert read("How do I get from EM up to VP?").form == "transition"


def test_a_story_that_asks_what_changes_is_about_its_first_two_roles():
    moving = read(STORY + "What changes in the work?")
    assert (moving.roles, moving.form) == (("director", "vp"), "transition")
    assert read(STORY + "Explain the difference please.").roles == ("director", "vp")
    assert read(STORY + "How do I prepare for that?").roles == ("director",)


def test_who_only_says_something_is_not_asked_about():
    assert read("Does a tech lead manage? Our CEO says yes").roles == ("tech-lead",)
    assert read("our CEO keeps saying no. why?").roles == ("ceo",)
    assert read("Does a tech lead manage or our CEO?").roles == ("tech-lead", "ceo")


def test_a_question_word_may_be_a_word():
    assert [t.word for t in read('VP or CTO: who is the "how" person?').terms] == ["how", "person"]
    assert "what" in [t.word for t in read("which of them does the what and which the how?").terms]
    assert "how" not in [t.word for t in read("how does the VP decide?").terms]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("How many people does a manager lead?", "How many people does an engineering manager lead?"),
        ("How many reports have I as the manager?", "How many reports have I as the engineering manager?"),
        ("A new tech lead or new manager?", "A new tech lead or new engineering manager?"),
        ("How many managers are there, and how many has my manager?", None),
        (
            "A product manager, a senior EM, an engineer, a lead?",
            "A product manager, a senior EM, an engineer, a technical lead?",
        ),
        ("The manager of managers", None),
    ],
)
def test_a_role_is_named_by_its_last_word(text, named):
    assert name_heads(text, VOCABULARY) == (named or text)


def test_how_many_a_manager_leads_is_asked_of_the_first_level():
    for text in ("how many direct reports should a manager have", "what's the span of control of a manager"):
        asked = read(text)
        assert (asked.roles, asked.unit) == (("engineering-manager",), "people")
    assert read("how do I become a manager").roles == ()


def test_whom_a_role_answers_to_is_a_question_about_its_superior():
    asked = read("Who does a director report to?")
    assert asked.asks_superior and asked.terms == ()
    assert read("To whom does a VP answer?").asks_superior
    assert read("who manages senior EMs?").asks_superior and read("Who is the boss of a director?").asks_superior
    assert not read("Who manages the VP's budget?").asks_superior
    assert not read("Who is above the director's pay?").asks_superior
    assert not read("Who reports to a director?").asks_superior
    assert not read("As an EM, who would help me report to executives?").asks_superior
    assert not read("Which reports does a director write?").asks_superior


@pytest.mark.parametrize(
    ("text", "roles", "sweep"),
    [
        ("How far ahead does each level plan?", (), "each"),
        ("What changes from grade to grade, rung by rung?", (), "each"),
        ("How does scope differ across the management ranks?", (), "each"),
        ("Who coaches whom?", (), "each"),
        ("Who decides what as you climb, up to CTO?", ("cto",), "each"),
        ("Which of the bosses hire people?", (), "some"),
        ("Which executives are expected to meet investors?", (), "some"),
        ("Which roles are good ones to start in?", (), ""),  # a list of roles, and nothing that they do
        ("What does a director do at every level?", ("director",), ""),
        ("At each level, how do a VP and a CTO differ?", ("vp", "cto"), ""),
        ("Who hires people?", (), ""),
        ("Does an EM see to budgets, or a director and up?", ("engineering-manager", "director"), ""),
    ],
)
def test_a_question_that_asks_of_several_levels(text, roles, sweep):
    assert find_sweep(text, roles, VOCABULARY)[0] == sweep


@pytest.mark.parametrize(
    ("text", "lowest", "count"),
    [
        ("Who do a director and so on up develop?", "director", 3),
        ("From EM upward, who owns the culture?", "engineering-manager", 5),
        ("Whom do an EM, a senior one, and so on coach?", "engineering-manager", 5),
        ("As you climb, whom do your decisions reach, up to CTO?", "tech-lead", 6),
    ],
)
def test_the_rungs_that_a_climb_asks_of(text, lowest, count):
    query = read_question(text, vocabulary=VOCABULARY)
    assert query.sweep == "each" and query.roles[0] == lowest and len(query.roles) == count


def test_a_ladder_is_told_from_the_bottom():
    assert get_ladder("director", VOCABULARY)[0] == "tech-lead" and get_ladder("director", VOCABULARY)[-1] == "cto"
    assert get_ladder("ceo", VOCABULARY) == ("ceo",)
