from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from coach.types import Evidence, Sentence
from coach.verifying.base import Case
from coach.verifying.deterministic import DeterministicVerifier
from coach.verifying.entailing import Entailer
from coach.verifying.examples import SETS, Example, load_file
from coach.verifying.features import DIRECTIONS, NAMES
from coach.verifying.learned import LearnedScorer
from coach.verifying.plan import Plan
from coach.verifying.training import Made, Rows, find_open, fit, train
from coach.verifying.trees import load_trees
from coach.vocabulary import load_vocabulary


class WordEmbedder:
    """One piece a word, with a vector drawn from the word alone; counts the texts it was given."""

    def __init__(self) -> None:
        self.history: list[int] = []

    def embed_tokens(self, texts):
        self.history.append(len(texts))
        return [self._embed(text) for text in texts]

    def _embed(self, text):
        ids = np.array([2000 + sum(map(ord, w)) % 20_000 for w in text.lower().split()], dtype=np.int32)
        rows = [np.random.default_rng(int(i)).normal(size=8) for i in ids]
        vectors = np.array(rows, dtype=np.float32).reshape(len(ids), 8)
        return ids, vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def make_rows(count: int = 400) -> Rows:
    """Claims of two sources whose match alone tells whether they are supported, with one in ten labelled wrong."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(count, len(NAMES))).astype(np.float32)
    features[:, [n for n, name in enumerate(NAMES) if name.startswith("veto_")]] = 0
    features[:, NAMES.index("covered")] = 0.5
    right = features[:, NAMES.index("match")] > 0
    labels = np.where(rng.random(count) < 0.1, ~right, right)
    evidence = (Evidence("", "", "", Sentence("It is so.", 0, 9)),)
    examples = tuple(
        Example(("q2_wow", "mnli_binary")[n % 2], "It is.", evidence, bool(label), "train")
        for n, label in enumerate(labels)
    )
    return Rows(features, np.arange(count), examples)


def test_every_feature_has_a_direction_and_vetoes_speak_against():
    found = dict(zip(NAMES, DIRECTIONS, strict=True))
    assert set(DIRECTIONS) == {-1, 0, 1}
    assert {found[n] for n in NAMES if n.startswith("veto_")} == {-1}
    assert (found["match"], found["quantities_unsaid"], found["length"]) == (1, -1, 0)


def test_what_was_fitted_tells_apart_is_calibrated_and_goes_one_way():
    rows = make_rows()
    trees = fit(rows)
    scores = trees.predict(rows.features)
    labels = np.array([e.supported for e in rows.examples])
    assert ((scores >= 0.5) == labels).mean() > 0.85
    assert scores[scores > 0.5].mean() == pytest.approx(0.9, abs=0.1)  # nine in ten of them are supported
    ladder = np.repeat(rows.features[:1], 9, axis=0)
    ladder[:, NAMES.index("match")] = np.linspace(-2, 2, 9)
    assert (np.diff(trees.predict(ladder)) >= 0).all()


def test_rows_that_checks_or_words_decide_are_not_open():
    features = np.zeros((3, len(NAMES)), dtype=np.float32)
    features[1, NAMES.index("veto_number")] = 1
    features[2, NAMES.index("covered")] = 1
    assert find_open(features).tolist() == [True, False, False]


def test_the_same_seed_gives_the_same_trees():
    first, second = fit(make_rows(200)), fit(make_rows(200))
    assert first.value.tolist() == second.value.tolist()
    assert (first.slope, first.offset) == (second.slope, second.offset)


def test_one_call_trains_from_a_folder_and_writes_the_model(tmp_path: Path, small_encoder: Path):
    corpus = tmp_path / "guides"
    corpus.mkdir()
    for n in range(8):  # enough for some to be trained on
        text = "\n\n".join(f"A director of group {k} typically leads {n + k} to {n + 9 + k} people." for k in range(8))
        head = f"---\nid: guide-{n}\ntitle: Guide {n}\nlanguage: en\n---\n\n"
        (corpus / f"guide-{n}.md").write_text(f"{head}# Guide {n}\n\n{text}\n", encoding="utf-8")
    for name in SETS:
        rows = [
            {
                "evidence": f"Team {n} of the firm ships {n + 3} features in a year. It is led by one called Ann.",
                "claim": f"The team {n} has {'a leader called Ann' if n % 2 else 'a lawyer in Rome'}.",
                "supported": bool(n % 2),
                "label": ["neutral", "entailment"][n % 2],
            }
            for n in range(60)
        ]
        path = tmp_path / f"{name}.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    made = Made(tmp_path / "model.npz", tmp_path / "encoder.safetensors", tmp_path / "state")
    said: list[str] = []
    plan = Plan(steps=6, batch=8, tested_every=6, saved_every=3)
    vocabulary, embedder = load_vocabulary(), WordEmbedder()
    train(tmp_path, corpus, made, embedder, vocabulary, said.append, plan=plan, folder=small_encoder, share=0.05)
    trees = load_trees(made.trees, NAMES)
    assert trees.about["seed"] == 0 and "guides" in trees.about["sources"]
    assert "wice_dev" not in trees.about["sources"] and "summedits_val" not in trees.about["sources"]
    assert said
    scorer = LearnedScorer(embedder, Entailer(made.encoder, folder=lambda: small_encoder), path=made.trees)
    (row,) = load_file(one_row(tmp_path))
    own, quotes = DeterministicVerifier(vocabulary).read(row.claim, row.evidence)
    (score,) = scorer.score([Case(row.claim, row.evidence, own, tuple(quotes))])
    assert 0 < score < 1


def one_row(folder: Path) -> Path:
    path = folder / "one.jsonl"
    path.write_text(json.dumps({"evidence": "It rains.", "claim": "It pours.", "supported": True}), encoding="utf-8")
    return path
