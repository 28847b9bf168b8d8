"""Two runs side by side: what moved, which way is better, and which samples changed sides."""

from __future__ import annotations

import pytest

from coach.eval.comparing import Moved, compare, differing, interval, to_values
from coach.eval.dataset import Dataset, DatasetError, Gold, Sample
from coach.eval.replies import Reply, Seen
from coach.eval.run import Record, Run
from coach.eval.scorers import Score

SAMPLES = tuple(Sample(f"s{i}", "lookup", "q") for i in range(20))
DATASET = Dataset("some", SAMPLES, {}, "digest")


def run(right, **header):
    """A run in which the samples of these numbers are right, out of all or those given as a dict."""
    numbers = right if isinstance(right, dict) else {i: i in right for i in range(20)}
    records = tuple(
        Record(f"s{i}", "lookup", Reply(text="x", seconds=0.1), Score("answered" if ok else "facts_missing", ok))
        for i, ok in numbers.items()
    )
    return Run({"dataset_digest": "digest", **header}, records)


def moved(comparison, name):
    return next(m for m in comparison.moved if m.name == name)


def test_samples_that_changed_sides_are_named():
    found = compare(DATASET, run({0, 1, 2}), run({1, 2, 3, 4}))
    assert (found.won, found.lost) == (("s3", "s4"), ("s0",))


def test_a_large_loss_is_worse_and_a_small_one_may_be_chance():
    everything = set(range(20))
    worse = moved(compare(DATASET, run(everything), run(set(range(8)))), "right")
    assert (worse.before, worse.after, worse.verdict) == (1.0, 0.4, "worse")
    assert worse.p == pytest.approx(2 / 2**12)
    assert moved(compare(DATASET, run(everything), run(everything - {3})), "right").verdict == "same"


def test_lower_is_better_for_mistakes():
    assert Moved("forbidden", 9, 0.5, 0.1, -0.6, -0.2, 0.01).verdict == "better"
    assert Moved("right", 9, 0.5, 0.1, -0.6, -0.2, 0.01).verdict == "worse"


def test_only_samples_of_both_runs_are_compared():
    found = compare(DATASET, run({0: True, 1: True}), run({1: True, 2: True, 3: False}))
    assert (moved(found, "right").samples, found.only_before, found.only_after) == (1, 1, 2)


def test_settings_that_differ_are_shown_flat():
    found = compare(
        DATASET, run({0}, settings={"top_k": 8, "style": "auto"}), run({0}, settings={"top_k": 1, "style": "auto"})
    )
    assert found.settings == {"settings.top_k": (8, 1)}
    assert differing({"started": "a", "x": 1}, {"started": "b"}) == {"x": (1, None)}


def test_runs_that_cannot_be_compared_are_refused():
    with pytest.raises(DatasetError, match="different datasets"):
        compare(DATASET, run({0}), run({0}, dataset_digest="other"))
    with pytest.raises(DatasetError, match="no sample in common"):
        compare(DATASET, run({0: True}), run({1: True}))


def test_an_unscored_sample_has_no_part_in_any_metric():
    assert to_values(SAMPLES[0], Record("s0", "lookup", Reply(error="down"), Score("unscored", None))) == {}


def test_the_values_of_a_sample():
    sample = Sample("a", "lookup", "q", gold=(Gold("g", "One."), Gold("g", "Two.")))
    reply = Reply(text="x", passages=(Seen("g", 0, 9, "Two. Three.", 1),), seconds=0.5)
    values = to_values(sample, Record("a", "lookup", reply, Score("answered", True, gold=2, gold_cited=1)))
    assert values["retrieval_recall"] == 0.5
    assert values["gold_cited"] == 0.5
    assert values["wrongly_declined"] == 0.0
    assert values["wrongly_answered"] is None
    assert values["fact_recall"] is None  # there are no facts to find


def test_an_interval_holds_the_mean():
    middle, low, high = interval(DATASET, run(set(range(10))).records, "right")
    assert low < middle == 0.5 < high
    assert interval(DATASET, (), "right") is None
