from __future__ import annotations

import math
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.sufficiency import Signals, decide, estimate, load_weights, read_signals

AVERAGE = Signals(**load_weights()["mean"])


def decision(coach, question: str):
    return decide(*coach.look_up(question))


def test_the_weights_are_made_for_these_signals():
    names = {f.name for f in fields(Signals)}
    fitted = load_weights()
    assert names == set(fitted["weights"]) == set(fitted["mean"]) == set(fitted["scale"])
    assert 0 < fitted["threshold"] < 1 and min(fitted["scale"].values()) > 0


def test_the_average_question_has_the_probability_of_the_intercept():
    assert estimate(AVERAGE) == pytest.approx(1 / (1 + math.exp(-load_weights()["intercept"])))


def test_one_deviation_moves_the_log_odds_by_its_weight():
    fitted = load_weights()
    raised = replace(AVERAGE, coverage=AVERAGE.coverage + fitted["scale"]["coverage"])
    before, after = estimate(AVERAGE), estimate(raised)
    assert math.log(after / (1 - after)) - math.log(before / (1 - before)) == pytest.approx(
        fitted["weights"]["coverage"]
    )


SHARE = st.floats(0, 1)


@given(SHARE, SHARE, SHARE, SHARE, SHARE, st.integers(0, 4), st.sampled_from(["similarity", "coverage", "quantity"]))
def test_better_evidence_never_speaks_against_answering(a, b, c, d, e, hits, name):
    signals = Signals(a, b, c, d, e, float(hits))
    assert 0 < estimate(signals) < 1
    assert estimate(replace(signals, **{name: 1.0})) >= estimate(signals)
    assert estimate(replace(signals, missing=1.0)) <= estimate(signals)


@pytest.mark.parametrize(
    "question",
    [
        "How many engineers does a director of engineering lead?",
        "What are the growth signs of an engineering manager?",
        "How far ahead does a CTO's technology vision look?",
    ],
)
def test_what_the_guides_say_is_enough(built_coach, question):
    found = decision(built_coach, question)
    assert found.reason is None
    assert found.probability == estimate(found.signals) >= load_weights()["threshold"]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("What should I cook for dinner tonight?", "off_topic"),
        ("How do I fix a flat bicycle tyre?", "off_topic"),
        ("How much salary does a director of engineering earn in Berlin?", "not_covered"),
        ("What about it?", "needs_context"),
        ("hello there", "needs_context"),
    ],
)
def test_what_they_do_not_say_has_a_reason(built_coach, question, reason):
    assert decision(built_coach, question).reason == reason


@pytest.mark.parametrize("asked", [{"unit": "money"}, {"ranks": True}], ids=str)
def test_a_sum_or_a_ranking_is_never_answered_without_one(built_coach, asked):
    found, weighed = built_coach.look_up("How many engineers does a director of engineering lead?")
    found = replace(found, query=replace(found.query, **asked))
    weighed = [replace(w, fits_unit=False) for w in weighed if "than" not in w.sentence.text]
    decided = decide(found, weighed)
    assert decided.probability >= load_weights()["threshold"]  # the fitted signals alone would answer
    assert decided.reason == "not_covered"


def test_no_evidence_is_not_enough(built_coach):
    found, _ = built_coach.look_up("How many engineers does a director of engineering lead?")
    assert decide(found, []).reason is not None
    signals = read_signals(found, [])
    assert (signals.similarity, signals.coverage, signals.quantity, signals.hits) == (0, 0, 0, 0)


def test_signals_tell_what_is_missing(built_coach):
    known = read_signals(*built_coach.look_up("How many engineers does a director of engineering lead?"))
    strange = read_signals(*built_coach.look_up("Which visa does a director of engineering need in Japan?"))
    assert known.missing == 0 and known.strange == 0 and known.quantity == 1
    assert strange.missing > 0.4 and strange.strange > 0.4
    assert strange.coverage < known.coverage
