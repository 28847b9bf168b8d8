from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.retrieval.asking import get_english
from coach.retrieval.lexicon import build_lexicon
from coach.retrieval.query import Excluded, Term, clean, find_asking_part, find_terms, read_question, write_out_roles
from coach.retrieval.spelling import expand_slang, get_surprise, mend_spelling
from coach.retrieval.words import find_stems, find_words, stem
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
STORY = (
    "I have been a developer at a small company for six years and I like my team. "
    "Last week my boss left the company. Should I apply for the engineering manager job?"
)


def read(text: str, known=()):
    return read_question(text, vocabulary=VOCABULARY, known=known)


@pytest.mark.parametrize(
    ("text", "form", "unit"),
    [
        ("How many engineers does a director lead?", "quantity", "people"),
        ("how much does a VP earn", "quantity", "money"),
        ("how often are roadmaps reviewed", "quantity", "frequency"),
        ("how far ahead does a CTO look", "quantity", "duration"),
        ("Does a VP look further down the road than a director?", "quantity", "duration"),
        ("what percent of the time", "quantity", "percent"),
        ("how many areas are there", "quantity", "count"),
        ("EM to senior EM", "transition", None),
        ("What changes when I go from EM to senior EM?", "transition", None),
        ("VP vs CTO", "comparison", None),
        ("List the skills of an EM", "list", None),
        ("What is a tech lead?", "definition", None),
        ("Should I become an architect?", "advice", None),
        ("Who decides on budgets?", "who", None),
        ("Is a degree needed?", "yes_no", None),
        ("why bother", "explanation", None),
    ],
)
def test_a_question_shows_what_form_of_answer_it_wants(text, form, unit):
    query = read(text)
    assert (query.form, query.unit) == (form, unit)


def test_roles_aspects_and_telling_words_are_found():
    query = read("Which budgets does a Director decide on?")
    assert query.roles == ("director",)
    assert set(query.dimensions) == {"autonomy", "resource-management"}
    assert [t.word for t in query.terms] == ["budgets", "decide"]
    assert stem("money") not in query.terms[1].alternatives
    assert stem("decision") in query.terms[1].alternatives


def test_a_story_gives_way_to_what_it_asks():
    query = read(STORY)
    assert query.roles[-1] == "engineering-manager"
    assert query.texts[-1].startswith("Should I apply")
    long = read(
        f"{'We ship a small product in a small town. ' * 4} How does an engineering manager hire and recruit engineers?"
    )
    assert long.texts[0] == "How does an engineering manager hire and recruit engineers?"
    assert "ship" in {t.word for t in long.story} and "ship" not in {t.word for t in long.terms}


def test_an_asking_part_that_says_too_little_keeps_the_story():
    text = "My manager left and nobody leads the team any more. What now, please, can anyone help me with it?"
    assert find_asking_part(text, VOCABULARY) == text


def test_what_a_question_excludes_or_brings_along_is_kept_apart():
    query = read("stages of the technical track (non management)")
    assert query.excluded == {Excluded(stem("management"))}
    assert "management" not in query.texts[0]
    assert read("With 12 engineers, which level am I?").headcount == 12
    assert read("Who is higher, VP or CTO?").ranks
    assert read("Do the guides agree?").across_guides and not read("Does a VP agree?").roles == ()


@pytest.mark.parametrize(
    "question",
    ["Stages of the technical track, not management?", "Which levels are there (non mgmt)?", "steps without managing"],
)
def test_a_list_leaves_out_what_a_question_denies(question):
    query = read(question)
    assert query.excluded == {Excluded(stem("management"))}
    assert not {stem("management"), stem("mgmt")} & {t.stem for t in query.terms}


@pytest.mark.parametrize("question", ["Can I lead without a title?", "How do I advance without managing people?"])
def test_what_only_the_asker_lacks_is_not_left_out(question):
    assert not read(question).excluded


def test_a_noun_that_follows_belongs_to_what_is_ruled_out():
    query = read("Which non-engineering departments does a VP work with?")
    assert [(e.stem, stem("departments") in e.before) for e in query.excluded] == [(stem("engineering"), True)]
    assert "departments" in [t.word for t in query.terms]


def test_the_level_of_a_role_is_no_word_to_look_for():
    assert [t.word for t in read("As an EM, which growth is seen at my level?").terms] == ["growth", "seen"]
    assert "level" in [t.word for t in read("Which level comes first?").terms]


def test_shorthand_and_slips_are_mended_towards_the_guides():
    assert read("wat skils does u need as an EM", known={"skills"}).text == "what skills does you need as an EM"


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("planing a roadmp", "planing a roadmap"),
        ("roadmpa", "roadmap"),
        ("Salary and salaries", "Salary and salaries"),
        ("the visa of my dog", "the visa of my dog"),
        ("Kubernetes", "Kubernetes"),
        ("roadmaps", "roadmaps"),
    ],
)
def test_only_slips_are_mended(text, mended):
    assert mend_spelling(text, {"roadmap", "celery", "planning", "vista"}) == mended.replace("planing", "planning")


def test_slang_is_written_out_as_whole_words_only():
    slang = {"u": "you", "w/": "with"}
    assert expand_slang("U run w/ us", slang) == "you run with us"
    assert expand_slang("u", {}) == "u"


@given(st.text(max_size=200))
def test_a_cleaned_question_is_one_line_of_printable_text(text):
    cleaned = clean(text)
    assert cleaned.isprintable() and cleaned == cleaned.strip() and "  " not in cleaned
    assert not set(cleaned) & set("*`#>|")


@given(st.text(max_size=120))
def test_any_text_can_be_read(text):
    assert all(len(t) <= 1000 and t.strip() for t in read(text).texts)


def test_roles_are_written_out_for_models_that_never_met_them():
    assert write_out_roles("Is the SEM above the VPE?", VOCABULARY) == (
        "Is the senior engineering manager above the VP of Engineering?"
    )


def test_terms_leave_out_roles_stop_words_and_digits():
    words = [t.word for t in find_terms("What are the VP's 3 well-known one-on-ones about?", VOCABULARY)]
    assert words == ["well-known", "one-on-ones"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't re-plan A/B", ["don't", "re-plan", "re", "plan", "a/b", "a", "b"]),
        ("team’s", ["team's"]),
        ("", []),
    ],
)
def test_words_are_whole_and_in_parts(text, words):
    assert find_words(text) == words


def test_stems_join_the_forms_of_a_word():
    assert find_stems("The manager's teams planned") >= {stem("team"), stem("plan"), stem("manager")}


def test_patterns_say_which_form_only_with_two_roles():
    english = get_english()
    assert english.find_form("from one to the other", role_count=2) == "transition"
    assert english.find_form("from one to the other", role_count=1) == "explanation"
    assert english.find_unit("how many people") == "people"
    assert english.find_unit("who cares") is None


def term(word: str, *others: str, dimension: str = "") -> Term:
    return Term(word, stem(word), frozenset(map(stem, (word, *others))), dimension)


LEXICON = build_lexicon({"roadmap": 1, "roadmaps": 3, "team": 10}, 10)


def test_rare_words_weigh_more():
    assert LEXICON.get_weight(term("team")) == pytest.approx(math.log(2))
    assert LEXICON.get_weight(term("roadmap")) == pytest.approx(math.log(1 + 10 / 3))
    assert LEXICON.get_weight(term("visa")) == pytest.approx(math.log(21) * get_surprise("visa"))
    assert 0.15 <= get_surprise("the") < get_surprise("visa") <= get_surprise("qzxwv") == 1


def test_cover_counts_words_stand_ins_and_aspects():
    roadmap, team = term("roadmap", "horizon"), term("team")
    both = LEXICON.get_weight(roadmap) + LEXICON.get_weight(team)
    assert LEXICON.cover([roadmap, team], find_stems("a roadmap of the team")) == pytest.approx(1)
    assert LEXICON.cover([roadmap, team], find_stems("team")) == pytest.approx(LEXICON.get_weight(team) / both)
    assert LEXICON.cover([roadmap], find_stems("the horizon")) == pytest.approx(0.8)
    assert LEXICON.cover([term("cadence", dimension="roadmap")], frozenset(), ["roadmap"]) == pytest.approx(0.8)
    assert LEXICON.cover([], find_stems("anything")) == 0


def test_a_lexicon_holds_what_may_stand_for_a_word():
    assert LEXICON.holds(term("crew", "team"))
    assert LEXICON.holds(term("horizon", dimension="roadmap"))
    assert not LEXICON.holds(term("visa"))
    assert build_lexicon({}, 0).cover([term("team")], frozenset()) == 0


@pytest.mark.parametrize("text", ["They aren't responsible.", "It doesn't matter, they haven\u2019t any."])
def test_contractions_are_no_slips(text):
    assert mend_spelling(text, {"area", "does", "heaven"}) == text
