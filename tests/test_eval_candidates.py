"""Notes and logs become candidates; the same question asked twice is one, another role's is another."""

from __future__ import annotations

import numpy as np
import pytest

from coach.eval.candidates import Candidate, from_notes, from_run, make_id, merge
from coach.eval.dataset import Dataset, Sample
from coach.eval.replies import Dropped, Quoted, Reply
from coach.eval.run import Record, Run
from coach.eval.scorers import Score
from coach.feedback import Entry
from coach.feedback.entries import Dropped as Noted
from coach.vocabulary import load_vocabulary


@pytest.fixture(scope="module")
def vocabulary():
    return load_vocabulary()


def embed(texts):
    """Each text has a direction of its own, but for those that begin alike up to a bar."""
    heads = list(dict.fromkeys(t.split("|")[0] for t in texts))
    return np.array([np.eye(len(heads))[heads.index(t.split("|")[0])] for t in texts], dtype=np.float32)


def candidates(*questions, why="abstention"):
    return [Candidate(make_id(q), q, why={why: 1}, notes=(f"n{i}",)) for i, q in enumerate(questions)]


def questions_of(merged):
    return [c.question for c in merged]


def test_the_same_question_has_the_same_id_in_every_session():
    assert make_id("What is  managing up?") == make_id("what is managing up") != make_id("What is managing down?")
    assert make_id("and a VP?", ("what does a director do?",)) != make_id("and a VP?")


def test_only_notes_of_what_went_badly_become_candidates():
    notes = [
        Entry("1", "d", "q1", reason="off_topic"),
        Entry("2", "d", "q2", dropped=(Noted("lie", "refuted", "number"),), answer="a"),
        Entry("3", "d", "q3", vote="down", answer="a"),
        Entry("4", "d", vote="up"),
        Entry("5", "d", "q5"),
    ]
    found = from_notes(notes)
    assert [(c.question, c.why) for c in found] == [
        ("q1", {"abstention": 1}),
        ("q2", {"dropped_claims": 1}),
        ("q3", {"thumbs_down": 1}),
    ]
    assert found[1].dropped == ("lie (number)",) and found[0].notes == ("1",)


def record(id_, reply, *, correct=True):
    return Record(id_, "lookup", reply, Score("answered" if correct else "facts_missing", correct))


def test_logs_give_what_was_declined_lost_a_claim_or_was_wrong():
    samples = tuple(Sample(f"s{i}", "lookup", f"question {i} of Bob") for i in range(5))
    run = Run(
        {},
        (
            record("s0", Reply(text="fine")),
            record("s1", Reply(abstained=True, reason="not_covered")),
            record("s2", Reply(text="x", dropped=(Dropped("lie", "refuted"),), citations=(Quoted(1, "d", "q", 0, 1),))),
            record("s3", Reply(text="x"), correct=False),
            record("s4", Reply(error="down")),
        ),
    )
    found = from_run(run, Dataset("some", samples), lambda text: text.replace("Bob", "[name]"))
    assert [(c.question, *c.why) for c in found] == [
        ("question 1 of [name]", "abstention"),
        ("question 2 of [name]", "dropped_claims"),
        ("question 3 of [name]", "failed"),
    ]
    assert found[1].cited == (("d", "q"),)


def test_near_duplicates_by_words_or_meaning_are_one(vocabulary):
    found = merge(
        candidates("how do I run a retro meeting", "How do I run retro meetings?", "pay| of it", "pay| at all"),
        [],
        embed=embed,
        vocabulary=vocabulary,
    )
    assert [(c.question, c.seen) for c in sorted(found, key=lambda c: c.question)] == [
        ("how do I run a retro meeting", 2),
        ("pay| of it", 2),
    ]
    assert {n for c in found for n in c.notes} == {"n0", "n1", "n2", "n3"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("how many engineers does a director lead", "how many engineers does a VP of Engineering lead"),
        ("what if my EM has 5 reports", "what if my EM has 50 reports"),
        ("what are the skills of an EM", "what are the growth signs of an EM"),
    ],
)
def test_another_role_figure_or_aspect_is_another_question(vocabulary, first, second):
    def alike(texts):
        return np.ones((len(texts), 1), dtype=np.float32)

    assert len(merge(candidates(first, second), [], embed=alike, vocabulary=vocabulary)) == 2


def test_what_a_dataset_holds_already_is_left_out(vocabulary):
    found = merge(
        candidates("what is managing up", "zebra"), ["What is managing up?"], embed=embed, vocabulary=vocabulary
    )
    assert questions_of(found) == ["zebra"]


def test_the_worst_and_most_frequent_come_first(vocabulary):
    many = [*candidates("alpha", "beta"), *candidates("gamma", why="thumbs_down"), *candidates("beta")]
    assert questions_of(merge(many, [], embed=embed, vocabulary=vocabulary)) == ["gamma", "beta", "alpha"]


def test_nothing_gives_nothing(vocabulary):
    assert merge([], ["x"], embed=embed, vocabulary=vocabulary) == []
