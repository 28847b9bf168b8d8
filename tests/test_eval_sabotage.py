"""Seeded sabotage, each caught by the gate, which points at the right stage."""

from __future__ import annotations

import dataclasses
import shutil

import pytest

from coach import build_coach, load_settings
from coach.eval.dataset import Dataset, load_dataset
from coach.eval.gating import LOOK_AT, digest_documents, judge_run, make_baseline
from coach.eval.lies import measure_gate, to_metrics
from coach.eval.perturbing import remove_sentences
from coach.eval.replies import Reply
from coach.eval.run import Run, ask_sample, judge, make_header
from coach.eval.stages import attribute
from coach.eval.studying import measure_removal, perturb_questions, tabulate
from coach.eval.targets import from_coach
from coach.eval.variants import VARIANTS, ConstantVerifier, hide_evidence, with_parts

pytestmark = pytest.mark.slow
PER_KIND = 5


@pytest.fixture(scope="module")
def coach(tmp_path_factory):
    return build_coach(load_settings(data_dir=tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="module")
def dataset():
    """A few questions of each kind."""
    whole = load_dataset("guides-dev")
    kinds = dict.fromkeys(s.kind for s in whole.samples)
    samples = [s for kind in kinds for s in [s for s in whole.samples if s.kind == kind][:PER_KIND]]
    return Dataset(whole.name, tuple(samples), whole.header, whole.digest)


def run_all(dataset, coach, change=lambda target: target, **how):
    target = change(from_coach(coach, style="quoted", **how))
    records = []
    for sample in dataset.samples:
        record = judge(sample, ask_sample(sample, target), target)
        records.append(dataclasses.replace(record, lost_at=attribute(sample, record, target)))
    return Run(make_header(dataset, target), tuple(records))


def digest(coach):
    return digest_documents({d.id: coach.document(d.id).text for d in coach.documents()})


@pytest.fixture(scope="module")
def baseline(coach, dataset):
    more = to_metrics(measure_gate(coach, dataset.samples, count=6))
    return make_baseline(dataset, run_all(dataset, coach), digest(coach), more)


@pytest.fixture
def judged(baseline, dataset, coach):
    """The gate's verdict on a Coach that was tampered with."""

    def judged(tampered, change=lambda target: target, *, lies=False, **how):
        run = run_all(dataset, tampered, change, **how)
        more = (
            to_metrics(measure_gate(tampered, dataset.samples, count=6))
            if lies
            else {name: baseline.metrics[name] for name in ("false_claims_shown", "true_claims_kept")}
        )
        return judge_run(baseline, dataset, run, digest(tampered), more)

    return judged


def failing(verdict):
    return {g.name for g in verdict.gated if not g.passed}


def answering(target, change):
    """The target with its replies changed."""
    return dataclasses.replace(target, ask=lambda *question: change(target.ask(*question)))


def test_the_untouched_coach_passes(judged, coach):
    verdict = judged(coach, lies=True)
    assert verdict.passed, failing(verdict)


def test_one_passage_instead_of_many(judged, coach):
    verdict = judged(coach, top_k=1)
    assert "retrieval_R@8" in failing(verdict)
    assert LOOK_AT["retrieval_R@8"] == "retrieval"


def test_without_words(judged, coach):
    verdict = judged(VARIANTS["dense only"](coach))
    assert {"retrieval_R@8", "retrieval_RR"} & failing(verdict)


def test_a_verifier_that_says_yes_to_everything(judged, coach):
    verdict = judged(with_parts(coach, verifier=ConstantVerifier("supported")), lies=True)
    assert "false_claims_shown" in failing(verdict)
    assert LOOK_AT["false_claims_shown"] == "gate"


def test_a_verifier_that_says_no_to_everything(judged, coach):
    verdict = judged(with_parts(coach, verifier=ConstantVerifier("not_enough_info")))
    assert {"right", "wrongly_declined"} <= failing(verdict)
    assert set(verdict.stages) == {"gate"}


def test_always_declining(judged, coach):
    def decline(reply):
        return Reply(abstained=True, text="no", passages=reply.passages, standalone=reply.standalone)

    verdict = judged(coach, lambda target: answering(target, decline))
    assert {"right", "wrongly_declined"} <= failing(verdict)
    assert max(verdict.stages, key=verdict.stages.get) == "abstention"


def test_never_declining(judged, coach, monkeypatch):
    from coach.sufficiency import decide

    def always(*arguments, **named):
        return dataclasses.replace(decide(*arguments, **named), reason=None)

    monkeypatch.setattr("coach.coach.decide", always)
    verdict = judged(coach)
    assert "wrongly_answered" in failing(verdict)
    assert verdict.stages.get("abstention", 0) > 0


def test_offsets_shifted_by_one(judged, coach):
    def shift(reply):
        moved = [dataclasses.replace(c, start=c.start + 1, end=c.end + 1) for c in reply.citations]
        return dataclasses.replace(reply, citations=tuple(moved))

    verdict = judged(coach, lambda target: answering(target, shift))
    assert failing(verdict) == {"citations_resolved"}
    assert LOOK_AT["citations_resolved"] == "gate"


def test_a_guide_deleted(judged, corpus, tmp_path):
    shutil.copytree(corpus, tmp_path / "guides")
    (tmp_path / "guides" / "management-ladder.md").unlink()
    verdict = judged(build_coach(load_settings(corpus=tmp_path / "guides", data_dir=tmp_path / "data")))
    assert verdict.documents_changed
    assert "right" in failing(verdict)
    assert max(verdict.stages, key=verdict.stages.get) == "corpus"


def test_a_number_changed_in_a_guide(judged, corpus, tmp_path):
    shutil.copytree(corpus, tmp_path / "guides")
    file = tmp_path / "guides" / "management-ladder.md"
    file.write_text(file.read_text().replace("5 to 8 engineers", "6 to 9 engineers"))
    verdict = judged(build_coach(load_settings(corpus=tmp_path / "guides", data_dir=tmp_path / "data")))
    assert verdict.documents_changed and not verdict.passed
    assert "corpus" in verdict.stages


def test_headings_dropped(judged, monkeypatch, tmp_path):
    from coach.chunking import chunk_document

    def beheaded(*arguments, **named):
        chunks = chunk_document(*arguments, **named)
        return tuple(dataclasses.replace(c, headings=(), roles=(), dimensions=()) for c in chunks)

    monkeypatch.setattr("coach.index.store.chunk_document", beheaded)
    verdict = judged(build_coach(load_settings(data_dir=tmp_path / "data")))
    assert not verdict.passed, verdict
    assert failing(verdict) & {"retrieval_R@8", "retrieval_RR", "right", "gold_cited"}


def test_hidden_evidence_never_comes_up_again(coach, dataset):
    """Numbers are said in few places: with those hidden, an answer with the very figures would be made up."""
    lookups = [s for s in dataset.samples if s.kind == "lookup"]
    outcomes = dict(measure_removal(lookups, coach))
    assert set(outcomes) == {s.id for s in lookups}
    assert "answered" not in outcomes.values()
    assert from_coach(hide_evidence(coach, lookups[0])).ask(lookups[0].question, ()).text


def test_evidence_removed_from_the_guides_themselves(coach, corpus, dataset, tmp_path):
    sample = next(s for s in dataset.samples if s.kind == "lookup")
    quotes = [line for line in (corpus / "management-ladder.md").read_text().splitlines() if "5 to 8" in line]
    sentences = [q.removeprefix("- ") for q in quotes]
    remove_sentences(corpus, tmp_path / "guides", {"management-ladder": sentences})
    poorer = build_coach(load_settings(corpus=tmp_path / "guides", data_dir=tmp_path / "data"))
    target = from_coach(poorer)
    assert judge(sample, ask_sample(sample, target), target).score.outcome != "answered"


def test_changed_questions_are_run_beside_the_original_ones(coach, dataset):
    runs = perturb_questions(dataset, coach, "slang", 0)
    before, after = runs.values()
    assert [r.id for r in before.records] == [r.id for r in after.records]
    table = tabulate(dataset, runs)
    assert [row[0] for row in table] == ["as asked", "slang"]
