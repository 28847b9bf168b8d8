"""Seeded sabotage, each caught by `coach eval gate` as it is typed: the exit code says so, and the stage is named."""

from __future__ import annotations

import dataclasses
import json
import shutil
from functools import partial

import pytest

from coach import build_coach, load_settings
from coach.cli import main
from coach.eval.baseline import load_baseline
from coach.eval.dataset import get_shipped, load_dataset
from coach.eval.lies import measure_gate
from coach.eval.perturbing import remove_sentences
from coach.eval.run import ask_sample, judge
from coach.eval.studying import measure_removal, perturb_questions, tabulate
from coach.eval.targets import from_coach
from coach.eval.variants import VARIANTS, ConstantVerifier, hide_evidence, with_parts
from coach.wire import to_json

pytestmark = pytest.mark.slow
PER_KIND = 4
LIES = 24  # questions asked of the lying model, instead of forty; of few, one lie more would be half a per cent


@pytest.fixture(scope="module")
def coach(tmp_path_factory):
    return build_coach(load_settings(data_dir=tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="module")
def questions(tmp_path_factory):
    """A file with a few questions of each kind."""
    header, *lines = get_shipped("guides-dev").read_text(encoding="utf-8").splitlines()
    kinds = {}
    for line in lines:
        kinds.setdefault(json.loads(line)["kind"], []).append(line)
    file = tmp_path_factory.mktemp("questions") / "few.jsonl"
    file.write_text("\n".join([header, *(line for held in kinds.values() for line in held[:PER_KIND])]))
    return file


@pytest.fixture(scope="module")
def dataset(questions):
    return load_dataset(questions)


@pytest.fixture
def gate(questions, tmp_path_factory, monkeypatch, capsys):
    """Type `coach eval gate` with this Coach behind it; the exit code and what was printed."""

    monkeypatch.setattr("coach.eval.measuring.measure_gate", partial(measure_gate, count=LIES))

    def gate(coach, *more):
        monkeypatch.setattr("coach.cli.state.get_coach", lambda _settings: coach)
        capsys.readouterr()
        code = main(["eval", "gate", str(questions), *map(str, more)])
        return code, capsys.readouterr().out

    return gate


@pytest.fixture(scope="module")
def baseline(tmp_path_factory):
    return tmp_path_factory.mktemp("baseline") / "few.json"


@pytest.fixture
def caught(gate, coach, baseline):
    """The gate's verdict on a Coach that was tampered with; it must be closed."""

    def caught(tampered):
        if not baseline.exists():  # set by the untouched Coach, before anything is measured against it
            raise AssertionError("test_the_untouched_coach_passes sets the baseline: run this file as a whole")
        code, out = gate(tampered, "--baseline", baseline, "--json")
        assert code == 2, out
        return json.loads(out)

    return caught


def worse(verdict):
    return {g["name"] for g in verdict["gated"] if not g["passed"]}


@pytest.fixture
def over(corpus, tmp_path):
    """A Coach over a copy of the guides that was changed."""

    def over(change):
        shutil.copytree(corpus, tmp_path / "guides")
        change(tmp_path / "guides")
        return build_coach(load_settings(corpus=tmp_path / "guides", data_dir=tmp_path / "data"))

    return over


def test_the_untouched_coach_passes(gate, coach, baseline):
    assert gate(coach, "--baseline", baseline, "--write")[0] == 0
    code, out = gate(coach, "--baseline", baseline)
    assert code == 0, out
    assert "Passed." in out and "Look at" not in out


def test_one_passage_instead_of_many(caught, tmp_path):
    verdict = caught(build_coach(load_settings(top_k=1, data_dir=tmp_path)))
    assert verdict["stage"] == "retrieval", worse(verdict)


def test_without_words(caught, coach):
    verdict = caught(VARIANTS["dense only"](coach))
    assert verdict["stage"] == "retrieval", worse(verdict)


def test_a_verifier_that_says_yes_to_everything(caught, coach):
    verdict = caught(with_parts(coach, verifier=ConstantVerifier("supported")))
    assert "false_claims_shown" in worse(verdict)
    assert verdict["stage"] == "gate", worse(verdict)


def test_a_verifier_that_says_no_to_everything(caught, coach):
    verdict = caught(with_parts(coach, verifier=ConstantVerifier("not_enough_info")))
    assert {"right", "wrongly_declined", "true_claims_kept"} <= worse(verdict)
    assert verdict["stage"] == "gate" and set(verdict["stages"]) == {"gate"}


@pytest.fixture
def deciding(monkeypatch):
    """Make the decision to answer or to decline always the same."""
    from coach import coach as module
    from coach.sufficiency import decide

    def deciding(reason):
        def always(*arguments, **named):
            return dataclasses.replace(decide(*arguments, **named), reason=reason)

        monkeypatch.setattr(module, "decide", always)
        if reason:  # a premise that the guides refute is answered whatever is decided
            monkeypatch.setattr(module, "find_correction", lambda *_: None)

    return deciding


def test_always_declining(caught, coach, deciding):
    deciding("not_covered")
    verdict = caught(coach)
    assert {"right", "wrongly_declined"} <= worse(verdict)
    assert verdict["stage"] == "abstention", worse(verdict)


def test_never_declining(caught, coach, deciding):
    deciding(None)
    verdict = caught(coach)
    assert "wrongly_answered" in worse(verdict)
    assert verdict["stage"] == "abstention", worse(verdict)


def test_offsets_of_citations_shifted_by_one(caught, coach, monkeypatch):
    def shifted(result):
        body = to_json(result)
        moved = [{**c, "start": c["start"] + 1, "end": c["end"] + 1} for c in body["citations"]]
        return {**body, "citations": moved}

    monkeypatch.setattr("coach.eval.targets.to_json", shifted)
    verdict = caught(coach)
    assert worse(verdict) == {"citations_resolved"}
    assert verdict["stage"] == "gate"


def test_a_guide_deleted(caught, over):
    verdict = caught(over(lambda guides: (guides / "management-ladder.md").unlink()))
    assert verdict["corpus"]["removed"] == ["management-ladder"]
    assert {"gold_in_documents", "right"} <= worse(verdict)
    assert verdict["stage"] == "corpus" and max(verdict["stages"], key=verdict["stages"].get) == "corpus"


def test_a_number_changed_in_a_guide(caught, over):
    def change(guides):
        file = guides / "management-ladder.md"
        file.write_text(file.read_text().replace("5 to 8 engineers", "6 to 9 engineers"))

    verdict = caught(over(change))
    assert verdict["corpus"]["changed"] == ["management-ladder"]
    assert "gold_in_documents" in worse(verdict) and verdict["stale_labels"] > 0
    assert verdict["stage"] == "corpus", worse(verdict)


def test_headings_dropped(caught, monkeypatch, tmp_path):
    from coach.chunking import chunk_document

    def beheaded(*arguments, **named):
        chunks = chunk_document(*arguments, **named)
        return tuple(dataclasses.replace(c, headings=(), roles=(), dimensions=()) for c in chunks)

    monkeypatch.setattr("coach.index.store.chunk_document", beheaded)
    verdict = caught(build_coach(load_settings(data_dir=tmp_path / "data")))
    assert "chunks_headed" in worse(verdict)
    assert verdict["stage"] == "chunking", worse(verdict)


def test_a_guide_added_asks_for_a_new_baseline_and_for_nothing_else(gate, over, baseline):
    """A meant change of the guides is told as such: no metric is blamed, and the way on is named."""

    def add(guides):
        head = "---\nid: sailing\ntitle: Sailing\nlanguage: en\n---\n\n# Sailing\n\n"
        (guides / "sailing.md").write_text(f"{head}A skipper decides on the course of the boat.\n")

    code, out = gate(over(add), "--baseline", baseline)
    assert code == 2
    assert "The guides are not those of the baseline." in out and "added: sailing" in out
    assert "coach eval gate --write" in out and "do not hold" not in out and "worse" not in out, out


def test_the_baseline_keeps_each_answer(baseline, dataset):
    kept = load_baseline(baseline)
    assert set(kept.samples) == {s.id for s in dataset.samples}
    assert all(known.answer for known in kept.samples.values())
    assert not [name for known in kept.samples.values() for name in known.values if "seconds" in name]


def test_hidden_evidence_never_comes_up_again(coach, dataset):
    """Numbers are said in few places: with those hidden, an answer with the very figures would be made up."""
    lookups = [s for s in dataset.samples if s.kind == "lookup"]
    outcomes = dict(measure_removal(lookups, coach))
    assert set(outcomes) == {s.id for s in lookups}
    assert "answered" not in outcomes.values()
    assert from_coach(hide_evidence(coach, lookups[0])).ask(lookups[0].question, ()).text


def test_evidence_removed_from_the_guides_themselves(corpus, dataset, tmp_path):
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
