"""Ranking sentences by fitted weights."""

from __future__ import annotations

import json
import threading
from dataclasses import replace

import numpy as np
import pytest

from coach.retrieval import ranking
from coach.retrieval.evidence import weigh_by_hand, weigh_evidence
from coach.retrieval.ranking import NAMES, POOL, describe, load_weights, rank
from coach.verifying.pieces import PieceMemory

QUESTION = "Who is judged by how healthy the team is?"


@pytest.fixture
def found(built_coach):
    return built_coach.parts.retriever.search(QUESTION)


def test_every_signal_has_a_fitted_weight_and_a_figure_that_was_not_fitted_to():
    weights = load_weights()
    assert set(weights["weights"]) == set(NAMES)
    measured = weights["cross_validated"]
    assert measured["fitted"]["reciprocal_rank"] > measured["by_hand"]["reciprocal_rank"]


def test_signals_are_finite_one_row_a_sentence(found):
    pool = weigh_by_hand(found)[:POOL]
    rows = describe(found, pool)
    assert rows.shape == (len(pool), len(NAMES))
    assert np.isfinite(rows).all()


def test_ranking_keeps_every_sentence_and_falls_all_the_way(found):
    before, after = weigh_by_hand(found), weigh_evidence(found)
    assert {w.key for w in before} == {w.key for w in after}
    scores = [w.score for w in after]
    assert scores == sorted(scores, reverse=True)
    assert {w.key for w in after[:POOL]} == {w.key for w in before[:POOL]}


def test_the_best_keeps_its_score_so_that_margins_keep_their_meaning(found):
    assert weigh_evidence(found)[0].score == pytest.approx(weigh_by_hand(found)[0].score)


def test_without_weights_the_order_stays(found, monkeypatch):
    monkeypatch.setattr(ranking, "load_weights", dict)
    weighed = weigh_by_hand(found)
    assert rank(found, weighed) == weighed
    assert rank(found, []) == []


def test_one_weight_alone_orders_by_its_signal(found, monkeypatch):
    weights = dict.fromkeys(NAMES, 0.0) | {"commas": 1.0}
    monkeypatch.setattr(ranking, "load_weights", lambda: {"weights": weights})
    ranked = rank(found, weigh_by_hand(found))[:POOL]
    commas = [min(w.sentence.text.count(","), 6) for w in ranked]
    assert commas == sorted(commas, reverse=True) and len(set(commas)) > 1


def test_what_a_question_rules_out_falls_behind(found):
    pool = weigh_by_hand(found)[:2]
    best, other = rank(found, [replace(w, excluded=0.0) for w in pool])
    ruled_out = [replace(w, excluded=-9.0 * (w.key == best.key)) for w in pool]
    assert [w.key for w in rank(found, ruled_out)] == [other.key, best.key]


def test_weights_are_plain_numbers():
    text = ranking.WEIGHTS.read_text(encoding="utf-8")
    assert all(np.isfinite(w) for w in json.loads(text)["weights"].values())


class Counting:
    """Gives one piece a text and counts what it was asked for."""

    def __init__(self):
        self.asked = []

    def embed_tokens(self, texts):
        self.asked += texts
        return [(np.array([2000 + len(t)], np.int32), np.ones((1, 4), np.float32)) for t in texts]


def test_pieces_of_a_sentence_are_computed_once():
    embedder = Counting()
    memory = PieceMemory(embedder)
    first = memory(["one", "three", "one"])
    assert [int(t.ids[0]) for t in first] == [2003, 2005, 2003]
    memory(["three", "seventh"])
    assert embedder.asked == ["one", "three", "seventh"]


def test_memory_forgets_the_least_used(monkeypatch):
    monkeypatch.setattr("coach.verifying.pieces._REMEMBERED", 2)
    embedder = Counting()
    memory = PieceMemory(embedder)
    for text in ("a", "bb", "a", "ccc", "a", "bb"):
        memory([text])
    assert embedder.asked == ["a", "bb", "ccc", "bb"]


def test_memory_serves_threads_at_once():
    memory = PieceMemory(Counting())
    out = []
    threads = [threading.Thread(target=lambda n=n: out.append(len(memory(["x" * n, "shared"])))) for n in range(1, 17)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert out == [2] * 16


def test_an_embedder_without_pieces_still_ranks(found):
    from dataclasses import replace

    bare = replace(found, tokens=None)
    pool = weigh_by_hand(bare)[:POOL]
    rows = describe(bare, pool)
    assert not rows[:, [NAMES.index("question_met"), NAMES.index("sentence_met")]].any()
    assert not PieceMemory(object()).is_able
