"""Training of the scorer that ships; `coach eval train-verifier FOLDER` runs it.

First the encoder is taught (`pairs`, `teaching`), then trees learn, on rows that the encoder has not seen, how much its
word counts beside what checks, words and vectors say. The result depends on nothing but the public sets, the guides and
the seed. How sure a score is (its calibration) is learned from sources that the trees had not seen when they scored
them.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coach.embedding import get_packaged_folder
from coach.encoder.scoring import save_network
from coach.sentences import split_sentences
from coach.verifying.base import Case
from coach.verifying.deterministic import DeterministicVerifier
from coach.verifying.entailing import ENTAILING, Entailer
from coach.verifying.examples import Example, choose_fitted, load_public
from coach.verifying.features import DIRECTIONS, NAMES
from coach.verifying.learned import LearnedScorer
from coach.verifying.pairs import Pair, join, make_pairs
from coach.verifying.pieces import TokenEmbedder
from coach.verifying.plan import Plan
from coach.verifying.trees import Trees, save_trees
from coach.vocabulary import Vocabulary

SEED = 0
THRESHOLD = 0.5
_BATCH = 200  # examples whose vectors are held at once
_TESTED = 300  # rows of each source on which the encoder is tested while it learns
# How much a family of sources weighs against the others; within a source both labels weigh the same.
_MASS = {"guides": 1.5, "logic": 0.4}
_FAMILIES = {
    "conj_nli": "logic",
    "help_and_or": "logic",
    "bent fever_nli_binary": "bent",
    "bent mnli_binary": "bent",
}
_MADE = frozenset({"guides", "logic", "bent"})  # families of sentences that a program made
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Rows:
    """Features of all sentences of all examples: `of[n]` is the example that row n belongs to."""

    features: NDArray[np.float32]
    of: NDArray[np.int64]
    examples: tuple[Example, ...]

    def spread(self, values: Iterable[Any]) -> NDArray[Any]:
        """One value per example, repeated for each of its rows."""
        return np.asarray(list(values))[self.of]


@dataclass(frozen=True, slots=True)
class Made:
    """Where the two files of the scorer go, and where the teaching can be taken up again."""

    trees: Path
    encoder: Path
    state: Path


def train(
    bench: Path,
    corpus: Path,
    made: Made,
    embedder: TokenEmbedder,
    vocabulary: Vocabulary,
    say: Say,
    *,
    plan: Plan | None = None,
    folder: Path | None = None,
    share: float = 1.0,
) -> Trees:
    """Teach the encoder on the sets in a folder and on the guides, fit the trees, and write both.

    `folder` holds the model to start from (else the packaged one), `share` takes a part of the pairs.
    Raises OSError when a set is missing or a file cannot be written, CorpusError without guides.
    """
    public = load_public(bench)
    start = folder or get_packaged_folder()
    teach_encoder(public, corpus, made, vocabulary, say, plan=plan or Plan(seed=SEED), folder=start, share=share)
    scorer = LearnedScorer(embedder, Entailer(made.encoder, folder=lambda: start))
    fitted = choose_fitted(public, corpus, vocabulary, seed=SEED)
    trees = fit(describe_examples(fitted, vocabulary, scorer, say))
    save_trees(trees, made.trees)
    return trees


def teach_encoder(
    public: Sequence[Example],
    corpus: Path,
    made: Made,
    vocabulary: Vocabulary,
    say: Say,
    *,
    plan: Plan,
    folder: Path,
    share: float,
) -> None:
    """Teach the encoder, from where it was stopped if it was, and write it."""
    from coach.encoder.network import PieceReader, build_network, get_base
    from coach.verifying.teaching import teach

    network = build_network(folder)
    base = get_base(network)

    def make(number: int) -> list[Pair]:
        return make_pairs(public, corpus, vocabulary, plan.seed + number, share=share)

    rng = random.Random(plan.seed)
    rows = [e for e in public if e.split == "fit"]
    tests: dict[str, list[Pair]] = {}
    for row in rng.sample(rows, len(rows)):
        own = tests.setdefault(row.source, [])
        if len(own) < _TESTED:
            own.append(Pair(join(row), row.claim, row.supported, row.source))
    both = {name: pairs for name, pairs in tests.items() if len({p.supported for p in pairs}) == 2}
    teach(network, PieceReader(folder), make, plan, state=made.state, say=say, tests=both)
    about = {"seed": plan.seed, "steps": plan.steps, "batch": plan.batch, "rate": plan.rate}
    save_network(network, ENTAILING, made.encoder, base, about)


def describe_examples(
    examples: Sequence[Example], vocabulary: Vocabulary, scorer: LearnedScorer, say: Say = lambda _: None
) -> Rows:
    """Take every sentence of every example apart and describe it, so many at a time."""
    checks = DeterministicVerifier(vocabulary)
    features, of = [], []
    started = time.monotonic()
    for first in range(0, len(examples), _BATCH):
        cases = []
        for number, example in enumerate(examples[first : first + _BATCH], first):
            for part in _split(example.claim):
                own, quotes = checks.read(part, example.evidence)
                cases.append(Case(part, example.evidence, own, tuple(quotes)))
                of.append(number)
        features.append(scorer.describe(cases))
        say(f"described {min(first + _BATCH, len(examples))} of {len(examples)} ({time.monotonic() - started:.0f} s)")
    return Rows(np.concatenate(features), np.asarray(of), tuple(examples))


def fit(rows: Rows, *, seed: int = SEED) -> Trees:
    """Boost trees with scikit-learn; calibrate them on scores of sources left out of the training."""
    labels = rows.spread(e.supported for e in rows.examples).astype(int)
    families = rows.spread(_FAMILIES.get(e.source, e.source) for e in rows.examples)
    single = np.bincount(rows.of)[rows.of] == 1  # in a false claim of several sentences nobody says which is false
    weights = _weigh(families, labels, single)
    slope, offset = _calibrate(rows.features, labels, weights, families, seed)
    about = {
        "features": NAMES,
        "threshold": THRESHOLD,
        "seed": seed,
        "examples": len(rows.examples),
        "sources": sorted({e.source for e in rows.examples}),
    }
    return flatten(_boost(rows.features, labels, weights, seed), slope=slope, offset=offset, about=about)


def _boost(features: NDArray[np.float32], labels: NDArray[np.int_], weights: NDArray[np.float64], seed: int) -> Any:
    """Trees that may only go the way that makes sense: a better match never makes a claim less supported."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    model = HistGradientBoostingClassifier(
        max_iter=200,
        learning_rate=0.06,
        max_leaf_nodes=15,
        min_samples_leaf=40,
        l2_regularization=5.0,
        monotonic_cst=np.asarray(DIRECTIONS),
        random_state=seed,
    )
    used = weights > 0
    return model.fit(features[used], labels[used], sample_weight=weights[used])


def flatten(model: Any, *, slope: float, offset: float, about: dict[str, Any]) -> Trees:
    """The nodes of a fitted HistGradientBoostingClassifier in flat arrays; leaves point at themselves."""
    grown = [stage[0].nodes for stage in model._predictors]
    roots = np.cumsum([0, *(len(nodes) for nodes in grown[:-1])])
    nodes = np.concatenate(grown)
    base = np.repeat(roots, [len(tree) for tree in grown])
    leaf = nodes["is_leaf"].astype(bool)
    own = np.arange(len(nodes))
    return Trees(
        roots=roots.astype(np.int32),
        feature=np.where(leaf, 0, nodes["feature_idx"]).astype(np.int16),
        threshold=np.where(leaf, 0.0, nodes["num_threshold"]).astype(np.float32),
        left=np.where(leaf, own, base + nodes["left"]).astype(np.int32),
        right=np.where(leaf, own, base + nodes["right"]).astype(np.int32),
        value=np.where(leaf, nodes["value"], 0.0).astype(np.float32),
        depth=int(nodes["depth"].max()),
        baseline=float(np.ravel(model._baseline_prediction)[0]),
        slope=slope,
        offset=offset,
        about=about,
    )


def _weigh(families: NDArray[Any], labels: NDArray[np.int_], single: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Both labels of a family weigh the same, a family by the root of its size; claims of several sentences nothing."""
    weights = np.zeros(len(labels))
    for family in sorted(set(families)):
        whole = single & (families == family)
        for label in (0, 1):
            here = whole & (labels == label)
            weights[here] = _MASS.get(family, 1.0) * np.sqrt(max(1, whole.sum())) / max(1, here.sum())
    return np.asarray(weights / max(1e-9, weights.mean()))


def _calibrate(
    features: NDArray[np.float32],
    labels: NDArray[np.int_],
    weights: NDArray[np.float64],
    families: NDArray[Any],
    seed: int,
) -> tuple[float, float]:
    """Slope and offset of a sigmoid (Platt 1999) fitted to scores of sources left out of the training.

    Only claims written by people or models count, and only those that the checks and the words leave open: the
    scorer is asked about no others, and more of them are supported than of all claims. 1 and 0 without any.
    """
    from sklearn.linear_model import LogisticRegression

    raw = np.full(len(labels), np.nan)
    is_open = find_open(features) & (weights > 0)
    for family in sorted(set(families) - _MADE):
        own = families == family
        rest = np.where(own, 0.0, weights)
        if len(set(labels[rest > 0])) == 2:
            raw[own] = _boost(features, labels, rest, seed).decision_function(features[own])
    used = is_open & ~np.isnan(raw)
    if len(set(labels[used])) < 2:
        return 1.0, 0.0
    fitted = LogisticRegression().fit(raw[used, None], labels[used], sample_weight=weights[used])
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def find_open(features: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which rows no check objects to and the words do not decide."""
    vetoes = [n for n, name in enumerate(NAMES) if name.startswith("veto_")]
    return np.asarray((features[:, vetoes].sum(axis=1) == 0) & (features[:, NAMES.index("covered")] < 1))


def _split(claim: str) -> list[str]:
    return [claim[start:end] for start, end in split_sentences(claim)] or [claim]
