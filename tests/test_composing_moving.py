from __future__ import annotations

import numpy as np

from coach.composing.selecting import select
from coach.retrieval.evidence import Weighed
from coach.retrieval.query import read_question
from coach.types import Evidence, Sentence
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


def weigh(text: str, score: float, heading: str, start: int = 0, *, move: float = 0.0) -> Weighed:
    about = VOCABULARY.annotate((heading,), text)
    said = Sentence(
        text,
        start,
        start + len(text),
        (heading,),
        roles=about.roles,
        mentions=about.mentions,
        dimensions=about.dimensions,
    )
    return Weighed(
        Evidence("guide", "Ladder", "Guide", said),
        score,
        score,
        score,
        True,
        True,
        1,
        heading_roles=frozenset(VOCABULARY.find_roles(heading)),
        move=move,
        vector=np.zeros(2, np.float32),
    )


def choose(question: str, *said: Weighed) -> list[str]:
    query = read_question(question, vocabulary=VOCABULARY)
    return [w.sentence.text for w in select(query, said).sentences]


BIGGEST = weigh("A VP leads 50 engineers.", 0.9, "VP")
LEARNS = weigh("A new VP must learn how the business runs.", 0.5, "Transition from director to VP", start=90)
SHAPES = weigh("A new VP must shape the strategy.", 0.6, "Transition from director to VP", start=150)


def test_a_move_is_told_in_the_order_of_the_section_about_it():
    asked = "Director now, and up for VP. What is the big jump?"
    assert choose(asked, BIGGEST, SHAPES, LEARNS) == [LEARNS.sentence.text, SHAPES.sentence.text]


def test_without_such_a_section_what_shifts_for_the_role_moved_to_is_told():
    codes = weigh("A tech lead writes code.", 0.9, "Tech lead")
    lets_go = weigh("An EM is no longer there for the code.", 0.8, "Engineering manager", start=50)
    turns = weigh("Becoming an EM is a change of mind.", 0.75, "Engineering manager", start=150)
    hires = weigh("An EM hires people.", 0.85, "Engineering manager", start=250)
    asked = "I'm a tech lead and they want to make me EM. What gets added?"
    assert choose(asked, codes, hires, lets_go, turns) == [lets_go.sentence.text, turns.sentence.text]
    both = choose(asked, codes, hires, lets_go)
    assert codes.sentence.text in both and hires.sentence.text in both


def test_a_move_that_nobody_named_must_be_the_nearest():
    asked = "I'm stepping up in May. What has to change?"
    near = weigh("A new VP must shape the strategy.", 0.9, "Transition from director to VP", move=0.1)
    assert choose(asked, near, BIGGEST)[0] == near.sentence.text
    assert BIGGEST.sentence.text not in choose(asked, near, BIGGEST)
    far = weigh("A leader helps others.", 0.99, "Leading", start=300)
    assert len(choose(asked, near, far)) == 2
