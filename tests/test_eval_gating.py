"""The gate closes when something got worse, names the stage, and asks for a new baseline when guides change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coach.eval.baseline import (
    compare_with_baseline,
    digest_documents,
    find_baseline,
    get_baseline_path,
    load_baseline,
    make_baseline,
    save_baseline,
)
from coach.eval.dataset import Dataset, DatasetError, Sample, load_dataset
from coach.eval.gating import judge_run
from coach.eval.replies import Quoted, Reply, Stated
from coach.eval.run import Record, Run
from coach.eval.scorers import Score

SAMPLES = tuple(Sample(f"s{i}", "lookup", "q", expect="answer" if i < 80 else "abstain") for i in range(100))
DATASET = Dataset("some", SAMPLES, {}, "digest")
MORE = {
    "gold_in_documents": 1.0,
    "chunks_in_place": 1.0,
    "chunks_headed": 0.98,
    "false_claims_shown": 0.0,
    "true_claims_kept": 0.95,
}
DOCUMENTS = {"a": "1", "b": "2"}
CITED = (Quoted(1, "g", "x", 0, 1),)


def record(sample, *, right=True, stage="", resolved=1):
    answered = sample.answerable == right
    reply = Reply(text="x", abstained=not answered, claims=(Stated("x", (1,)),) if answered else (), citations=CITED)
    outcome = ("answered" if answered else "declined") if right else "wrongly_declined"
    score = Score(outcome, right, claims=int(answered), cited_claims=int(answered), citations=1, resolved=resolved)
    return Record(sample.id, sample.kind, reply, score, stage)


def run(*, wrong=(), stage="retrieval", resolved=1):
    records = (
        record(s, right=i not in wrong, stage=stage if i in wrong else "", resolved=resolved)
        for i, s in enumerate(SAMPLES)
    )
    return Run({"fingerprint": "f"}, tuple(records))


@pytest.fixture
def baseline():
    return make_baseline(DATASET, run(), DOCUMENTS, MORE)


def judged(baseline, the_run, documents=DOCUMENTS, more=MORE):
    return judge_run(baseline, DATASET, the_run, documents, more)


def failing(verdict):
    return {g.name for g in verdict.gated if not g.passed}


def test_the_same_run_passes(baseline):
    verdict = judged(baseline, run())
    assert verdict.passed and not verdict.lost and not verdict.won and verdict.stage == ""


def test_a_loss_within_the_slack_passes_and_is_still_told(baseline):
    verdict = judged(baseline, run(wrong={1}))
    assert verdict.passed
    assert verdict.lost == ("s1",)


def test_a_loss_beyond_the_slack_closes_the_gate_and_names_the_stage(baseline):
    verdict = judged(baseline, run(wrong=set(range(10))))
    assert not verdict.passed
    assert failing(verdict) >= {"right", "wrongly_declined"}
    assert verdict.stages == {"retrieval": 10}
    assert verdict.stage == "retrieval"


def test_getting_better_passes():
    weak = make_baseline(DATASET, run(wrong={1, 2, 3, 4, 5}), DOCUMENTS, MORE)
    verdict = judged(weak, run())
    assert verdict.passed
    assert verdict.won == ("s1", "s2", "s3", "s4", "s5")


def test_always_declining_does_not_pass(baseline):
    assert "wrongly_declined" in failing(judged(baseline, run(wrong=set(range(80)))))


def test_always_answering_does_not_pass(baseline):
    assert "wrongly_answered" in failing(judged(baseline, run(wrong=set(range(80, 100)))))


def test_a_citation_that_does_not_resolve_never_passes(baseline):
    forgiving = replace(baseline, metrics={})
    assert failing(judged(forgiving, run(resolved=0))) == {"citations_resolved"}


def test_a_gate_that_lets_falsehoods_through_does_not_pass(baseline):
    assert failing(judged(baseline, run(), more={**MORE, "false_claims_shown": 0.2})) == {"false_claims_shown"}
    assert failing(judged(baseline, run(), more={**MORE, "true_claims_kept": 0.5})) == {"true_claims_kept"}


def test_what_was_measured_must_go_on_being_measured(baseline):
    verdict = judged(baseline, run(), more={})
    assert failing(verdict) == set(MORE)
    assert verdict.stage == ""  # what cannot be measured speaks of no stage


@pytest.mark.parametrize(
    ("more", "stage"),
    [
        ({"gold_in_documents": 0.9}, "corpus"),
        ({"chunks_headed": 0.0}, "chunking"),
        ({"chunks_in_place": 0.5}, "chunking"),
        ({"false_claims_shown": 0.3}, "gate"),
        ({"false_claims_shown": 0.3, "gold_in_documents": 0.9}, "corpus"),
    ],
)
def test_the_earliest_stage_that_is_damaged_is_named_whatever_was_lost_behind_it(baseline, more, stage):
    verdict = judged(baseline, run(wrong=set(range(10)), stage="composing"), more={**MORE, **more})
    assert verdict.stage == stage


def test_calls_that_fail_are_named_before_any_stage(baseline):
    down = replace(run(), records=tuple(replace(r, score=Score("unscored", None)) for r in run().records))
    assert judged(baseline, down).stage == "call"


def test_other_guides_ask_for_a_new_baseline_even_when_nothing_got_worse(baseline):
    verdict = judged(baseline, run(), documents={"b": "3", "c": "4"})
    assert not verdict.passed and not failing(verdict)
    assert (verdict.corpus.added, verdict.corpus.removed, verdict.corpus.changed) == (("c",), ("a",), ("b",))


def test_other_questions_are_refused(baseline):
    with pytest.raises(DatasetError, match="changed since its baseline"):
        judged(replace(baseline, dataset_digest="old"), run())


def test_a_baseline_survives_the_file(baseline, tmp_path):
    path = tmp_path / "deeper" / "some.json"
    save_baseline(baseline, path)
    assert load_baseline(path) == baseline


def test_speeds_are_no_part_of_a_baseline(baseline):
    assert not [name for name in baseline.metrics if "seconds" in name]


def test_a_run_is_compared_with_the_baseline_question_by_question(baseline):
    found = compare_with_baseline(baseline, DATASET, run(wrong={1, 2}))
    assert found.lost == ("s1", "s2") and found.won == ()
    assert found.earlier["s1"] == "x"
    assert "seconds" not in {m.name for m in found.moved}
    right = next(m for m in found.moved if m.name == "right")
    assert (right.before, right.after) == (1.0, 0.98)


def test_a_dataset_without_a_committed_baseline_has_none():
    assert find_baseline(DATASET) is None
    assert find_baseline(replace(load_dataset("guides-dev"), digest="other")) is None


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"samples": 1}', '{"samples": {"a": 1}}'])
def test_a_damaged_baseline_is_named(tmp_path, content):
    path = tmp_path / "some.json"
    path.write_text(content)
    with pytest.raises(DatasetError, match="cannot be read"):
        load_baseline(path)


def test_a_missing_baseline_says_how_to_set_one():
    with pytest.raises(DatasetError, match="coach eval gate --write"):
        load_baseline(get_baseline_path("no-such"))


def test_the_digest_of_documents_depends_on_their_text_alone():
    assert digest_documents({"a": "x", "b": "y"}) == digest_documents({"b": "y", "a": "x"})
    assert digest_documents({"a": "x", "b": "y"}) != digest_documents({"a": "xb", "": "y"})
    assert list(digest_documents({"b": "y", "a": "x"})) == ["a", "b"]
    assert digest_documents({"a": "5 to 8"}) != digest_documents({"a": "5 to 9"})


def test_the_committed_baseline_is_of_the_questions_that_ship():
    dataset = load_dataset("guides-dev")
    baseline = load_baseline(get_baseline_path(dataset.name))
    assert baseline.dataset_digest == dataset.digest
    assert set(baseline.samples) == {s.id for s in dataset.samples}
    assert baseline.metrics["wrongly_declined"] is not None and baseline.metrics["wrongly_answered"] is not None
