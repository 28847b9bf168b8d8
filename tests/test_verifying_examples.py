from __future__ import annotations

import json
from pathlib import Path

import pytest

from coach.verifying.examples import SETS, choose_trained, load_examples, load_file, load_set, to_evidence
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    """A folder like the public sets', with thirty rows in each."""
    for name in SETS:
        rows = []
        for n in range(30):
            row = {
                "evidence": f"Team {n} of the firm ships {n + 3} features in a year. It is led by one called Ann.",
                "claim": f"The team {n} has a leader called Ann.",
                "id": f"r{n // 3}",
            }
            rows.append(
                row
                | ({"label": ["neutral", "entailment"][n % 2]} if name.startswith("nli") else {"supported": n % 2 == 0})
            )
        path = tmp_path / f"{name}.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    return tmp_path


def test_sets_kept_for_measuring_are_never_trained_on(bench, corpus):
    examples = load_examples(bench, corpus, VOCABULARY)
    measured = {name.split("/")[1] for name, (_, split) in SETS.items() if split == "test"}
    assert measured == {"wice_dev", "summedits_val"}
    assert {e.split for e in examples if e.source in measured} == {"test"}
    assert {e.split for e in examples if e.source == "factcheck_stance"} == {"train", "test"}


def test_no_evidence_and_no_guide_is_on_both_sides_of_a_split(bench, corpus):
    examples = load_examples(bench, corpus, VOCABULARY)
    for source in {e.source for e in examples} - {"factcheck_stance"}:
        sides = [
            {e.evidence for e in examples if e.source == source and e.split == split} for split in ("train", "held")
        ]
        assert not sides[0] & sides[1], source
    guides = {
        split: {e.evidence[0].document_id for e in examples if e.source == "guides" and e.split == split}
        for split in ("train", "held")
    }
    assert guides["train"] and guides["held"] and not guides["train"] & guides["held"]


def test_guides_and_true_pairs_are_bent_and_restated(bench, corpus):
    examples = load_examples(bench, corpus, VOCABULARY)
    for source in ("guides", "bent fever_nli_binary", "bent mnli_binary"):
        assert {e.supported for e in examples if e.source == source} == {True, False}
        assert all(e.kind for e in examples if e.source == source)


def test_the_same_seed_gives_the_same_examples(bench, corpus):
    first, second = (load_examples(bench, corpus, VOCABULARY, seed=3) for _ in range(2))
    assert first == second


def test_labels_of_both_forms_are_read(bench):
    assert {e.supported for e in load_set(bench, "nli/mnli_binary")} == {True, False}
    assert {e.supported for e in load_set(bench, "groundedness/q2_wow")} == {True, False}


def test_a_passage_becomes_its_sentences():
    assert [e.sentence.text for e in to_evidence("One here. Two there.")] == ["One here.", "Two there."]


def test_what_is_trained_on_is_drawn_alike_each_time_and_holds_no_row_for_measuring(bench, corpus):
    examples = load_examples(bench, corpus, VOCABULARY)
    chosen = choose_trained(examples)
    assert chosen == choose_trained(examples)
    assert {e.split for e in chosen} == {"train"}
    assert {e.source for e in chosen} >= {"guides", "q2_wow", "factcheck_stance"}
    assert len(chosen) < len(examples)


def test_a_set_nobody_knows_is_for_measuring_only(tmp_path):
    file = tmp_path / "ours.jsonl"
    file.write_text(
        '{"evidence": "It rains. It pours.", "claim": "It rains.", "supported": true}\n{"claim": "alone"}\n'
    )
    (row,) = load_file(file)
    assert (row.split, row.supported, len(row.evidence)) == ("test", True, 2)
