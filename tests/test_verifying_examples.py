from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from coach.verifying.examples import SETS, TAUGHT, bend_guides, choose_fitted, load_file, load_public, to_evidence
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    """A folder like the public sets', with sixty rows in each."""
    for name in SETS:
        rows = []
        for n in range(60):
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


def test_sets_kept_for_measuring_are_never_trained_on(bench):
    measured = {name.split("/")[1] for name, split in SETS.items() if split == "test"}
    assert measured == {"q2_wow", "begin_dev_wow", "wice_dev", "summedits_val"}
    assert not measured & {e.source for e in load_public(bench)}
    for name in measured:
        assert {e.split for e in load_file(bench / "groundedness" / f"{name}.jsonl")} == {"test"}


def test_no_evidence_and_no_guide_is_on_two_sides_of_a_split(bench, corpus):
    public = load_public(bench)
    assert {e.split for e in public} >= TAUGHT | {"held"}
    rows = [*public, *bend_guides(corpus, random.Random(0), VOCABULARY)]
    for source in {e.source for e in rows} - {"factcheck_stance"}:
        sides = [{e.evidence for e in rows if e.source == source and e.split in side} for side in (TAUGHT, {"held"})]
        assert not sides[0] & sides[1], source
        taught = [{e.evidence[0] for e in rows if e.source == source and e.split == side} for side in ("train", "fit")]
        assert not taught[0] & taught[1], source
    guides = [
        {e.evidence[0].document_id for e in rows if e.source == "guides" and e.split in side}
        for side in (TAUGHT, {"held"})
    ]
    assert guides[0] and guides[1] and not guides[0] & guides[1]


def test_what_weighs_the_encoder_is_drawn_alike_each_time_and_holds_no_row_that_teaches_or_measures(bench, corpus):
    public = load_public(bench)
    fitted = choose_fitted(public, corpus, VOCABULARY)
    assert fitted == choose_fitted(public, corpus, VOCABULARY)
    assert {e.split for e in fitted} == {"fit"}
    for source in ("guides", "bent fever_nli_binary", "bent mnli_binary"):
        own = [e for e in fitted if e.source == source]
        assert {e.supported for e in own} == {True, False}
        assert all(e.kind for e in own)


def test_labels_of_both_forms_are_read(bench):
    for name in ("nli/mnli_binary", "groundedness/q2_wow"):
        assert {e.supported for e in load_file(bench / f"{name}.jsonl")} == {True, False}


def test_a_passage_becomes_its_sentences():
    assert [e.sentence.text for e in to_evidence("One here. Two there.")] == ["One here.", "Two there."]


def test_a_set_nobody_knows_is_for_measuring_only(tmp_path):
    file = tmp_path / "ours.jsonl"
    file.write_text(
        '{"evidence": "It rains. It pours.", "claim": "It rains.", "supported": true}\n{"claim": "alone"}\n'
    )
    (row,) = load_file(file)
    assert (row.split, row.supported, len(row.evidence)) == ("test", True, 2)
