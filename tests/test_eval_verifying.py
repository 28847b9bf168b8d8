"""Labelled claims judged by verifiers and by what reads nothing, on made-up rows."""

from __future__ import annotations

import json

import pytest

from coach import build_coach, load_settings
from coach.cli import main
from coach.eval.support import covers, overlap
from coach.eval.verifying import (
    BASELINES,
    GUIDES,
    Told,
    area_under_curve,
    average,
    compose_answers,
    get_ways,
    load_bent_guides,
    load_sets,
    measure_sets,
    measure_speed,
)
from coach.verifying.examples import Example, to_evidence

FACTS = "A director of engineering leads a department of 15 to 50 engineers. The department holds many teams."
TRUE = "A director of engineering leads a department of 15 to 50 engineers."
FALSE = "A director of engineering leads a department of 90 engineers."


def write(file, rows):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")


@pytest.fixture(scope="module")
def coach(tmp_path_factory):
    return build_coach(load_settings(data_dir=tmp_path_factory.mktemp("data")))


@pytest.fixture
def folder(tmp_path):
    write(
        tmp_path / "groundedness" / "pages.jsonl",
        [
            {"id": "a", "evidence": "Nothing about that.", "claim": TRUE, "supported": False},
            {"id": "a", "evidence": FACTS, "claim": TRUE, "supported": True},
            {"id": "b", "evidence": FACTS, "claim": FALSE, "supported": False},
            {"id": "c", "evidence": "The department holds many teams.", "claim": FALSE, "supported": False},
        ],
    )
    write(tmp_path / "plain.jsonl", [{"evidence": FACTS, "claim": TRUE, "label": "entailment"}])
    write(tmp_path / "retrieval.jsonl", [{"text": "no claim here"}])
    return tmp_path


def test_area_under_the_curve_by_hand():
    # of the six pairs, the supported one is above in four and level in one: 4.5 / 6
    scored = [(True, 0.9), (True, 0.4), (False, 0.4), (False, 0.1), (False, 0.5)]
    assert area_under_curve(scored) == pytest.approx(4.5 / 6)
    assert area_under_curve([(True, 0.9)]) is None


def test_overlap_is_a_share_unless_a_figure_or_a_denial_is_new():
    assert overlap("The cat sleeps on a mat.", "The cat sleeps in a basket.") == pytest.approx(2 / 3)
    assert overlap("The cat sleeps on a mat.", "The cat sleeps on 3 mats.") == 0.0
    assert overlap("The cat sleeps on a mat.", "The cat never sleeps.") == 0.0
    assert covers("The cat sleeps.", "The cat sleeps.") and not covers("The cat sleeps.", "The dog barks.")


def test_sets_lie_in_the_folder_or_below_it_and_files_of_other_kinds_are_left_out(folder):
    assert {name: len(rows) for name, rows in load_sets(folder).items()} == {"pages": 4, "plain": 1}
    assert {name: len(rows) for name, rows in load_sets(folder, limit=2).items()} == {"pages": 2, "plain": 1}
    assert list(load_sets(folder, only=["plain"])) == ["plain"]


@pytest.mark.slow
def test_every_way_is_measured_and_the_best_chunk_of_a_claim_counts(folder, coach):
    told, kinds = measure_sets(load_sets(folder), get_ways(coach, ["deterministic"]))
    by_way = {t.way: t for t in told if t.source == "pages"}
    assert list(by_way) == [*BASELINES, "deterministic"]
    exact = by_way["deterministic"]
    assert (exact.rows, exact.balanced, exact.kept, exact.passed, exact.f1, exact.area) == (3, 1.0, 1.0, 0.0, 1.0, 1.0)
    assert by_way["embedding similarity"].passed > 0  # a wrong figure changes a vector little
    alone = next(t for t in told if t.source == "plain" and t.way == "deterministic")
    assert (alone.kept, alone.balanced, alone.area) == (1.0, None, None)
    assert kinds == []


@pytest.mark.slow
def test_bent_guides_give_the_confusion_by_kind_and_a_speed(coach):
    rows = load_bent_guides(coach, limit=60)
    assert {r.supported for r in rows} == {True, False}
    ways = get_ways(coach, ["deterministic"])
    _, kinds = measure_sets({"guides": rows}, ways)
    assert sum(k.rows for k in kinds if k.way == "deterministic") == len(rows)
    wrong = {way: sum(k.wrong for k in kinds if k.way == way) for way in ways}
    assert wrong["deterministic"] < wrong["word overlap"]
    assert measure_speed(rows[:5], ways["deterministic"]) > 0
    assert measure_speed([], ways["deterministic"]) is None


@pytest.mark.slow
def test_the_command_prints_a_table_and_json(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COACH_DATA_DIR", str(tmp_path / "data"))
    assert main(["eval", "verify", str(folder), "--no-guides"]) == 0
    shown = capsys.readouterr().out
    assert "embedding similarity" in shown and "deterministic" in shown
    assert main(["eval", "verify", "--limit", "30", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert {s["source"] for s in report["sets"]} == {"guides, bent and restated"}
    assert report["kinds"] and report["speeds"]["deterministic"] > 0


def test_claims_about_one_passage_become_answers_that_hold_if_every_sentence_does():
    passage, other = to_evidence("It rains. It is wet."), to_evidence("The sun shines.")
    rows = [Example("s", f"Claim {n}", passage, n != 3, "test", group=str(n)) for n in range(6)]
    composed = compose_answers([*rows, Example("s", "Alone.", other, True, "test")])
    assert [(e.claim, e.supported) for e in composed] == [
        ("Claim 0. Claim 1. Claim 2. Claim 3.", False),
        ("Claim 4. Claim 5.", True),
    ]


def test_every_public_set_counts_the_same_in_the_mean():
    def tell(source: str, rows: int, area: float | None, balanced: float) -> Told:
        return Told(source, "learned", rows, area, balanced, 0.5, 0.5, 0.5, 2.0)

    told = [
        tell("a", 10, 0.9, 0.8),
        tell("b", 90, None, 0.6),
        tell("b, as answers", 9, 0.1, 0.1),
        tell(GUIDES, 9, 1, 1),
    ]
    (mean,) = average(told)
    assert (mean.source, mean.way, mean.rows) == ("mean of the sets", "learned", 100)
    assert (mean.area, mean.balanced, mean.milliseconds) == pytest.approx((0.9, 0.7, 2.0))
    assert average(told[:1]) == []
