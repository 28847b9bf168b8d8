from __future__ import annotations

from dataclasses import replace

import numpy as np

from coach.composing.pairing import choose_pairs, score_pairs
from coach.composing.selecting import select
from coach.retrieval.evidence import Weighed
from coach.retrieval.query import read_question
from coach.retrieval.words import find_stems
from coach.types import Evidence, Sentence
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


def weigh(text: str, score: float, heading: str, *, start: int = 0, vector=(0.0, 0.0), document="guide") -> Weighed:
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
        Evidence(document, "Ladder", "Guide", said),
        score,
        score,
        score,
        True,
        True,
        1,
        stems=find_stems(VOCABULARY.shorten_roles(text)),
        vector=np.asarray(vector, np.float32),
    )


PAYS = weigh("A director manages the budget of the department.", 0.6, "Director: scope")
HIRES = weigh("A director recruits people.", 0.65, "Director: hiring", start=90)
SPENDS = weigh("A VP manages the budget of the company.", 0.6, "VP: scope", start=200)
TALKS = weigh("A VP sits with the board.", 0.65, "VP: impact", start=300)


def pair(left, right, *, count=1, counts=False):
    chosen = choose_pairs(left, right, count=count, overlap=0.62, counts=counts)
    return tuple([w.sentence.text for w in side] for side in chosen)


def test_sentences_that_say_the_same_kind_of_thing_go_together():
    assert pair([HIRES, PAYS], [TALKS, SPENDS]) == ([PAYS.sentence.text], [SPENDS.sentence.text])


def test_the_quantity_asked_for_comes_before_all():
    counted, other = replace(HIRES, fits_unit=True), replace(PAYS, fits_unit=False)
    numbers, rest = replace(TALKS, fits_unit=True), replace(SPENDS, fits_unit=False)
    chosen = pair([other, counted], [rest, numbers], count=2, counts=True)
    assert chosen == ([HIRES.sentence.text], [TALKS.sentence.text])


def test_a_later_pair_adds_what_is_new_in_it():
    near = weigh("A VP keeps a budget for hiring.", 0.55, "VP: scope", start=400)
    far = weigh("A VP travels.", 0.1, "VP: impact", start=500)
    assert pair([PAYS], [SPENDS, near, far], count=3) == (
        [PAYS.sentence.text],
        [SPENDS.sentence.text, near.sentence.text],
    )


def test_what_sets_sentences_apart_from_their_side_is_compared():
    left = [weigh(t, 0.5, "Director", vector=v) for t, v in (("A.", (1, 0)), ("B.", (0, 1)), ("C.", (0, 0)))]
    right = [weigh(t, 0.5, "VP", vector=v, document="x") for t, v in (("D.", (1, 0)), ("E.", (0, 1)), ("F.", (0, 0)))]
    scores = score_pairs(left, right, counts=False)
    assert scores[0, 0] > scores[0, 1] and scores.shape == (3, 3)


def read(text: str):
    return read_question(text, vocabulary=VOCABULARY)


def test_only_a_sentence_that_sets_both_apart_opens_a_comparison():
    names = weigh("A VP hires the directors.", 0.62, "VP: hiring", start=600)
    differs = weigh("A VP spends for all, whereas a director spends for a department.", 0.6, "VP: scope", start=700)
    said = sorted([PAYS, SPENDS, HIRES, TALKS, names], key=lambda w: -w.score)
    asked = read("Contrast the spending authority of a director with a VP's")
    assert select(asked, said).groups[0].role == "director"
    opened = select(asked, [*said, differs])
    assert (opened.groups[0].role, opened.sentences[0]) == ("", differs)


def test_a_move_without_a_section_of_its_own_is_not_told_in_pairs():
    ready = weigh("A director is ready once two managers are trained.", 0.7, "Director: growth", start=800)
    said = [ready, PAYS, SPENDS]
    compared = select(read("How does budget authority differ: director vs VP?"), said)
    moved = select(read("When is a director ready to move up to VP?"), said)
    assert compared.sentences[0].sentence == PAYS.sentence
    assert moved.sentences[0].sentence == ready.sentence


def test_who_reports_to_whom_is_told_by_what_names_both():
    hires = weigh("A VP hires the directors.", 0.62, "VP: hiring", start=600)
    said = sorted([PAYS, SPENDS, HIRES, TALKS, hires], key=lambda w: -w.score)
    assert select(read("Why would VPs report to directors?"), said).sentences[0] == hires
