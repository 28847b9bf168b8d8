from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from coach.retrieval.signals import NAMES, Signals, answers_unit, find_counted, is_vague, read_signals


def signals(coach, question: str) -> Signals:
    return read_signals(*coach.look_up(question))


def test_the_names_are_those_of_the_fields():
    assert tuple(f.name for f in fields(Signals)) == NAMES


def test_nothing_found_measures_badly(built_coach):
    found, _ = built_coach.look_up("How many engineers does a director of engineering lead?")
    empty = read_signals(found, [])
    assert (empty.similarity, empty.topic, empty.coverage, empty.one, empty.quantity, empty.hits) == (0, 0, 0, 0, 0, 0)
    assert (empty.roles, empty.aspect) == (0, 0)


def test_a_covered_question_outdoes_one_about_something_else(built_coach):
    known = signals(built_coach, "How many engineers does a director of engineering lead?")
    strange = signals(built_coach, "Which visa does a director of engineering need in Japan?")
    assert known.quantity == 1 and known.rarest == 0 and strange.rarest == 1
    assert strange.coverage < known.coverage and strange.one < known.one and strange.topic < known.topic


def test_what_all_found_sentences_share_does_not_count_as_the_topic(built_coach):
    """Sentences about directors are near any question about directors; only the rest tells them apart."""
    found, weighed = built_coach.look_up("What salad dressing does a director of engineering like?")
    measured = read_signals(found, weighed)
    assert measured.similarity > 1.5 * measured.topic > 0


def test_the_topic_is_measured_by_hand(built_coach):
    found, weighed = built_coach.look_up("How many engineers does a director of engineering lead?")
    east, north, up = np.eye(3, dtype=np.float32)
    rows = [replace(weighed[0], vector=v, fits_roles=True) for v in (east + north, east - north)]
    asked = replace(found, asked=1, vectors=(east + north + up)[None] / np.sqrt(3).astype(np.float32))
    # The mean points east; without it the rows are north and south, and the question is north and up: cos 45 degrees.
    assert read_signals(asked, rows).topic == pytest.approx(np.sqrt(0.5), abs=1e-5)


def test_how_long_it_takes_to_get_there_is_not_said_by_how_far_ahead_one_plans(built_coach):
    assert signals(built_coach, "How far ahead does a VP of Engineering plan?").quantity == 1
    assert signals(built_coach, "How many years until I am VP of Engineering?").quantity == 0


def test_a_quantity_must_be_of_the_thing_asked_for(built_coach):
    found, weighed = built_coach.look_up("How many engineers does a director of engineering lead?")
    best = next(w for w in weighed if "15 to 50" in w.sentence.text)
    assert answers_unit(found, best)
    assert not answers_unit(found, replace(best, fits_roles=False))
    assert not answers_unit(found, replace(best, fits_unit=False))


@pytest.mark.parametrize(
    ("question", "met"),
    [
        ("How many engineers sit under a VP of Engineering?", 1),
        ("How many people squeeze in around a director?", 1),
        ("How many engineers sit under a CTO?", 0),
    ],
)
def test_a_sentence_on_the_size_of_the_team_says_how_many_people(built_coach, question, met):
    assert signals(built_coach, question).quantity == met


def test_how_long_a_move_takes_is_not_how_far_a_role_plans(built_coach):
    assert signals(built_coach, "How long does it take to get from EM to director?").quantity == 0
    assert signals(built_coach, "How far ahead does a director of engineering plan?").quantity == 1


def test_the_unit_is_not_what_is_counted(built_coach):
    found, _ = built_coach.look_up("How many minutes does a one-on-one last?")
    assert [t.word for t in find_counted(found.query)] == ["one-on-one"]


def test_regularly_does_not_say_how_often(built_coach):
    assert is_vague(*built_coach.look_up("How often does an EM hold one-on-ones?"))
    assert not is_vague(*built_coach.look_up("Who holds one-on-ones?"))


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What are the duties of a scrum master?", "roles"),
        ("What is the planning horizon of a staff engineer?", "aspect"),
    ],
)
def test_what_is_asked_for_and_not_there_measures_below_one(built_coach, question, name):
    assert getattr(signals(built_coach, question), name) < 1


def test_somebody_asked_for_must_be_named(built_coach):
    found, weighed = built_coach.look_up("Who writes performance reviews?")
    assert read_signals(found, weighed).person == 1
    evidence = weighed[0].evidence
    bare = replace(evidence, sentence=replace(evidence.sentence, text="Reviews are written.", roles=(), mentions=()))
    assert read_signals(found, [replace(weighed[0], evidence=bare)]).person == 0


def test_the_same_is_met_where_it_stands(built_coach):
    met = signals(built_coach, "Who does a VP of Engineering report to in a large company?")
    assert (met.person, met.roles) == (1, 1)
    assert signals(built_coach, "What are the growth signs of a director?").aspect == 1


def test_none_is_how_many_too(built_coach):
    answer = built_coach.ask("How many direct reports does a distinguished engineer have?")
    assert "nobody reporting to them" in getattr(answer, "text", "")
    found, weighed = built_coach.look_up("How many books does a distinguished engineer read?")
    assert not any(answers_unit(found, w) for w in weighed[:5])
