from __future__ import annotations

import pytest

from coach.composing.followups import choose_answered, suggest
from coach.retrieval.evidence import Weighed
from coach.types import Citation, Evidence, Sentence
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


def weigh(heading: str, n: int, *, fits: bool = True) -> Weighed:
    said = Sentence(f"Sentence {n}.", n * 100, n * 100 + 11, (heading,))
    return Weighed(Evidence("guide", "Guide", "G", said), 1 - n / 50, 0.5, 0.5, fits, True, n)


HEADINGS = ("Director: scope", "VP: scope", "Director: growth signs", "Hand hygiene", "Director: responsibilities")
WEIGHED = [weigh(heading, n) for n, heading in enumerate(HEADINGS)]
SCOPE = "What does the scope of a director of engineering cover?"
GROWTH = "What are the signs of growth for a director of engineering?"
HYGIENE = "What do the guides say about hand hygiene?"


def test_each_is_of_another_kind_and_the_best_come_first():
    found = suggest(WEIGHED, VOCABULARY, is_answered=lambda _: True)
    assert found == (SCOPE, GROWTH, HYGIENE)


def test_what_is_shown_or_was_asked_or_is_not_answered_is_not_offered():
    shown = [Citation(1, "guide", "Guide", "G", ("Director: growth signs",), "Sentence 2.", 200, 211)]
    asked = ["what does the scope of a director of engineering cover", "And hand hygiene: what do guides say?"]
    found = suggest(WEIGHED, VOCABULARY, shown=shown, asked=asked, is_answered=lambda q: "responsible" not in q)
    assert found == ("What does the scope of a VP of Engineering cover?",)


def test_sections_on_the_roles_asked_about_and_plain_questions_come_first():
    weighed = [weigh("Rest the meat", 0), weigh("Hand hygiene", 1, fits=False), weigh("Director: scope", 2)]
    found = suggest(weighed, VOCABULARY, is_answered=lambda _: True)
    assert found == (SCOPE, HYGIENE, 'What do the guides say about "Rest the meat"?')


def test_only_a_few_are_tried():
    tried = []
    weighed = [weigh(f"Topic number {word}", n) for n, word in enumerate("abcdefghijklmnop")]
    assert suggest(weighed, VOCABULARY, is_answered=lambda q: bool(tried.append(q))) == ()
    assert 0 < len(tried) <= 8


@pytest.mark.parametrize(("answered", "chosen"), [("abcd", ("a", "b", "c")), ("bd", ("b", "d")), ("", ())])
def test_of_given_questions_the_first_that_are_answered_are_taken(answered, chosen):
    assert choose_answered("abcd", answered.__contains__) == chosen


def test_the_same_move_is_not_offered_again_in_other_words():
    asked = ["What changes when you go from a director of engineering to a VP of Engineering?"]
    weighed = [
        weigh("VP of Engineering: skill shift", 0),
        weigh("Director: skill shift", 1),
        weigh("CTO: skill shift", 2),
    ]
    found = suggest(weighed, VOCABULARY, asked=asked, is_answered=lambda _: True)
    assert found == ("What changes when you become a chief technology officer?",)
