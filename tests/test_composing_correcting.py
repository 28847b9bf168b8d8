from __future__ import annotations

from collections.abc import Sequence

import pytest

from coach import build_coach, load_settings
from coach.coach import Coach
from coach.composing.correcting import CORRECTION, contradicts
from coach.composing.stances import read_stance
from coach.grounding import CONNECTIVES
from coach.types import Answer, Evidence, Sentence
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()

# A field far from careers, so that nothing but the wording can tell what is wrong.
BAKERY = """# The village bakery

## Dough

Sourdough rests for 12 hours before it is baked. Rye dough is never kneaded by hand. The yeast in a cold dough still
ferments. A strong flour needs more water than a soft flour.

## Oven

The stone oven bakes a single batch at a time. The stone oven must be hot before the bread goes in. Steam is needed
for both white bread and dark bread. The heat of the oven falls slowly after midnight.

## People

Apprentices and journeymen in a bakery receive equivalent pay. Nobody helps the night baker. A guild title is optional
for a baker. The shop of the bakery opens at six levels of price, from stale to fresh.
"""
# What is wrong, and words of the sentence that says so.
FALSE = {
    "sourdough rests for 2 hours before it is baked": "12 hours",
    "rye dough is kneaded by hand": "never kneaded",
    "the yeast in a cold dough stops fermenting": "still ferments",
    "the stone oven bakes multiple batches at a time": "single batch",
    "steam is only needed for white bread": "both white bread",
    "apprentices in a bakery receive less pay than journeymen": "equivalent pay",
    "the heat of the oven falls suddenly after midnight": "slowly",
    "a soft flour needs more water than a strong flour": "strong flour needs more",
}
TRUE = (
    "sourdough rests for 12 hours before it is baked",
    "rye dough is not kneaded by hand",
    "the yeast in a cold dough still ferments",
    "the stone oven bakes one batch at a time",
    "steam is needed for dark bread",
    "apprentices in a bakery receive equivalent pay",
    "the heat of the oven falls after midnight",
    "bakers sing at work",
)
WORDINGS = (
    "Since {}, how do bakers plan?",
    "given that {}, what should I do",
    "now that {} who looks after the bread?",
    "{}, right? how do I begin",
    "{} right, so how many hours are left?",
    "so {}, correct?",
    "Is it true that {}?",
    "I read that {}. Why?",
    "my aunt says {}. what now",
    "everyone knows {}, so how do I cope?",
    "how come {}?",
    "{}. by how much?",
    "{}, so what does the baker do?",
    "what is there to do, given that {}?",
)


@pytest.fixture(scope="module")
def bakery(tmp_path_factory) -> Coach:
    home = tmp_path_factory.mktemp("bakery")
    (home / "guides").mkdir()
    (home / "guides" / "bakery.md").write_text(BAKERY, encoding="utf-8")
    return build_coach(load_settings(corpus=home / "guides", data_dir=home / "data", verifier="deterministic"))


def pair(premises: Sequence[str]) -> list[tuple[str, str]]:
    """Each wording with three of the premises, so that every premise comes in several wordings."""
    return [(w, premises[(3 * n + k) % len(premises)]) for n, w in enumerate(WORDINGS) for k in range(3)]


@pytest.mark.parametrize(("wording", "premise"), pair(list(FALSE)))
def test_what_the_guides_refute_is_corrected_first_however_it_is_put(bakery, premise, wording):
    answer = bakery.ask(wording.format(premise))
    assert isinstance(answer, Answer)
    assert answer.text.startswith(CORRECTION)
    assert FALSE[premise] in answer.claims[0].text


@pytest.mark.parametrize(("wording", "premise"), pair(TRUE))
def test_what_they_bear_out_or_do_not_speak_of_never_is(bakery, premise, wording):
    assert CORRECTION not in getattr(bakery.ask(wording.format(premise)), "text", "")


def test_the_correction_is_a_phrase_the_gate_lets_through():
    assert CORRECTION in CONNECTIVES


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Since a first-level EM leads 20 to 30 engineers, how do they find time for one-on-ones?", "5 to 8"),
        ("Is it true that a director leads 8 to 15 engineers?", "15 to 50"),
        ("why do VPs of engineering plan just one quarter ahead", "2 to 5 years"),
        ("EMs are measured by the code they write, correct?", "not by code"),
        ("now that tech leads have stopped coding, who writes the code?", "still actively writes code"),
        ("my boss said the CTO reports to the VP of Engineering. why?", "typically reports to"),
        ("is it true that a director stands at level 4 of the track?", "Level 2"),
        ("Since becoming a VP is the biggest change of mindset in a career, how do I prepare?", "engineering manager"),
        ("how do directors find work when they only have one team?", "team"),
    ],
)
def test_the_shipped_guides_correct_with_their_own_words(built_coach, question, said):
    answer = built_coach.ask(question)
    assert answer.text.startswith(CORRECTION)
    assert said in answer.claims[0].text
    assert answer.claims[0].citations and answer.claims[0].verdict == "supported"


@pytest.mark.parametrize(
    "question",
    [
        "Since a first-level EM leads 5 to 8 engineers, how do they find time for one-on-ones?",
        "since a director leads 30 engineers, who helps?",
        "So a VP plans 2 to 5 years ahead, right?",
        "why does a director of engineering lead 15 to 50 engineers?",
        "why do soft skills matter for future leaders?",
        "as a new EM with 12 engineers, what should I focus on?",
        "I lead 12 engineers as a first-level EM, right? what should I learn",
        "if it's not technical skills anymore, what are an engineering manager's primary skills then?",
        "since EMs should be engineers first, how do I keep my technical skills?",
        "since not every engineer should become a manager, what are the alternatives?",
        "How many engineers does a director of engineering lead?",
        "IC to EM. what actually has to change",
        "Since becoming an EM is the biggest change of mindset in an engineer's career, how do I prepare?",
    ],
)
def test_nobody_is_corrected_for_what_holds_or_is_their_own(built_coach, question):
    answer = built_coach.ask(question)
    assert getattr(answer, "text", "") and CORRECTION not in answer.text


def test_a_question_nothing_else_answers_is_still_corrected(built_coach):
    answer = built_coach.ask("an EM's main job is writing code right, so how many hours a day are left for the people?")
    assert answer.text.startswith(CORRECTION)
    assert "no longer mainly responsible for writing code" in answer.text
    assert answer.gap == ""


def stance(text: str):
    about = VOCABULARY.annotate((), text)
    return read_stance(Evidence("d", "D", "S", Sentence(text, 0, len(text), roles=about.roles)), VOCABULARY)


@pytest.mark.parametrize(
    ("claim", "sentence", "contrary"),
    [
        ("Directors lead one large team.", "A director leads several small teams.", False),  # "one" is no number here
        ("Small firms pay late.", "Large firms pay late.", False),
        ("A director leads 20 engineers.", "A director leads 15 to 50 engineers.", False),
        ("A director leads 5 engineers.", "A director leads 15 to 50 engineers.", True),
        ("A director holds level 4.", "A director holds the third of the five levels.", True),
        ("A director holds level 3.", "A director holds the third of the five levels.", False),
        ("Managing gets more certain with each level.", "The uncertainty of managing grows with each level.", True),
        ("A VP has a narrower scope than an EM.", "A VP often has a broader scope than an EM.", True),
        ("A CTO holds the lowest rank in technology.", "A CTO holds the highest rank in technology.", True),
        ("The bakery opens at six.", "The bakery opens for nobody.", False),
    ],
)
def test_only_what_cannot_both_be_so_is_a_contradiction(claim, sentence, contrary):
    assert contradicts(stance(claim), stance(sentence)) is contrary
