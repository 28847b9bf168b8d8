"""Fitting the order of sentences."""

from __future__ import annotations

import json

import numpy as np

from coach.eval.dataset import load_dataset
from coach.eval.fit_ranking import Labelled, collect, fit, save
from coach.retrieval.ranking import NAMES


def make_rows(count, telling):
    """Questions whose answering sentence is known by one signal alone."""
    draw = np.random.default_rng(1)
    rows = []
    for n in range(count):
        features = draw.normal(size=(8, len(NAMES)))
        labels = np.zeros(8, int)
        labels[n % 8], labels[(n + 1) % 8] = 1, -1
        features[:, NAMES.index(telling)] = labels == 1
        rows.append(Labelled(features, labels, draw.normal(size=8), f"q{n}"))
    return rows


def test_the_telling_signal_gets_the_weight_and_held_out_questions_show_it():
    fitted = fit(make_rows(60, "coverage"), ["made"])
    assert max(fitted["weights"], key=fitted["weights"].get) == "coverage"
    assert fitted["cross_validated"]["fitted"]["hit@1"] > fitted["cross_validated"]["by_hand"]["hit@1"] + 0.3
    assert fitted["questions"] == 60 and fitted["datasets"] == ["made"]


def test_the_same_rows_give_the_same_file(tmp_path):
    one, two = (fit(make_rows(30, "topic"), ["made"]) for _ in range(2))
    assert one == two
    save(one, tmp_path / "w.json")
    assert json.loads((tmp_path / "w.json").read_text()) == one


def test_marked_sentences_are_found_among_those_brought_up(built_coach):
    samples = [s for s in load_dataset("guides-dev").samples if s.answerable and s.gold and not s.turns][:3]
    rows = list(collect(built_coach, samples))
    assert rows
    for row in rows:
        assert row.features.shape == (len(row.labels), len(NAMES)) and (row.labels == 1).any()
        assert len(row.prior) == len(row.labels)
