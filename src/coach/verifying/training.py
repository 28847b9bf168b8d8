"""Training and measuring of the scorer that ships, by one command.

    python -m coach.verifying.training --bench DIR [--out FILE] [--report FILE]

DIR holds the public sets that `examples.SETS` names. Takes about half an hour on two cores, most of it
for the vectors; the result depends on nothing but the sets, the guides and the seed.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from coach.embedding import SentenceTransformerEmbedder
from coach.paths import get_shipped_corpus
from coach.sentences import split_sentences
from coach.verifying.alignment import Tokens
from coach.verifying.base import Case
from coach.verifying.deterministic import DeterministicVerifier, judge_readings
from coach.verifying.examples import Example, load_examples
from coach.verifying.features import NAMES, describe
from coach.verifying.learned import SHIPPED, TokenEmbedder
from coach.verifying.trees import Trees, load_trees, save_trees
from coach.verifying.vetoes import find_vetoes
from coach.vocabulary import Vocabulary, load_vocabulary

SEED = 0
THRESHOLD = 0.5
_BATCH = 400  # examples whose vectors are held at once
# How much a source weighs against the others; within a source both labels weigh the same.
_MASS = {"guides": 2.0, "help_and_or": 0.3, "conj_nli": 0.3}
_BASELINES = {"word overlap": ("covered", 0.8), "cosine": ("pooled", 0.6)}
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Rows:
    """Features of all sentences of all examples: `of[n]` is the example that row n belongs to."""

    features: NDArray[np.float32]
    of: NDArray[np.int64]
    by_words: NDArray[np.int8]  # per row: 1 supported by words alone, -1 vetoed, 0 left open
    examples: tuple[Example, ...]

    def spread(self, values: Iterable[Any]) -> NDArray[Any]:
        """One value per example, repeated for each of its rows."""
        return np.asarray(list(values))[self.of]


def describe_examples(
    examples: Sequence[Example], vocabulary: Vocabulary, embedder: TokenEmbedder, say: Say = lambda _: None
) -> Rows:
    """Take every sentence of every example apart and describe it; a few batches' vectors are in memory at a time."""
    checks = DeterministicVerifier(vocabulary)
    features, of, by_words = [], [], []
    started = time.monotonic()
    for first in range(0, len(examples), _BATCH):
        batch = examples[first : first + _BATCH]
        tokens = _embed(batch, embedder)
        for number, example in enumerate(batch, first):
            for part in _split(example.claim):
                own, quotes = checks.read(part, example.evidence)
                case = Case(part, example.evidence, own, tuple(quotes))
                vetoes = find_vetoes(own, quotes)
                supported = judge_readings(own, quotes, vetoes).verdict == "supported"
                features.append(describe(case, tokens[part], [tokens[e.sentence.text] for e in example.evidence]))
                of.append(number)
                by_words.append(-1 if vetoes else int(supported))
        say(f"described {min(first + _BATCH, len(examples))} of {len(examples)} ({time.monotonic() - started:.0f} s)")
    return Rows(np.stack(features), np.asarray(of), np.asarray(by_words, dtype=np.int8), tuple(examples))


def fit(rows: Rows, *, seed: int = SEED) -> Trees:
    """Boost trees on the training rows with scikit-learn, and calibrate them on the held-out ones."""
    from sklearn.ensemble import HistGradientBoostingClassifier

    labels = rows.spread(e.supported for e in rows.examples).astype(int)
    split = rows.spread(e.split for e in rows.examples)
    weights = _weigh(rows, labels)
    model = HistGradientBoostingClassifier(
        max_iter=300,
        learning_rate=0.06,
        max_leaf_nodes=15,
        min_samples_leaf=40,
        l2_regularization=5.0,
        random_state=seed,
    )
    train, held = ((split == name) & (weights > 0) for name in ("train", "held"))
    model.fit(rows.features[train], labels[train], sample_weight=weights[train])
    slope, offset = _calibrate(model.decision_function(rows.features[held]), labels[held], weights[held])
    about = {"features": NAMES, "threshold": THRESHOLD, "seed": seed, "examples": len(rows.examples)}
    return flatten(model, slope=slope, offset=offset, about=about)


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


def _weigh(rows: Rows, labels: NDArray[np.int_]) -> NDArray[np.float64]:
    """Both labels of a source weigh the same, a source by the root of its size; claims of several sentences nothing."""
    sources = rows.spread(e.source for e in rows.examples)
    train = rows.spread(e.split == "train" for e in rows.examples)
    single = np.bincount(rows.of)[rows.of] == 1
    weights = np.zeros(len(labels))
    for source in sorted(set(sources)):
        for label in (0, 1):
            here = single & (sources == source) & (labels == label)
            count = max(1, int((here & train).sum()))
            weights[here] = (
                _MASS.get(source, 1.0) * np.sqrt(max(1, (single & train & (sources == source)).sum())) / count
            )
    return np.asarray(weights / max(1e-9, weights[train].mean()))


def _calibrate(raw: NDArray[np.float64], labels: NDArray[np.int_], weights: NDArray[np.float64]) -> tuple[float, float]:
    """Slope and offset of a sigmoid fitted to held-out rows (Platt 1999)."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression().fit(raw[:, None], labels, sample_weight=weights)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


@dataclass(frozen=True, slots=True)
class Measured:
    """How a way of judging does on one source: all shares are of its rows at the untuned threshold."""

    source: str
    way: str
    count: int
    area: float
    balanced: float
    kept: float
    slipped: float


def measure(rows: Rows, trees: Trees) -> list[Measured]:
    """Every way of judging on every source that was not trained on."""
    scores = trees.predict(rows.features)
    ways: dict[str, tuple[NDArray[np.float64], float]] = {
        name: (rows.features[:, NAMES.index(feature)].astype(np.float64), limit)
        for name, (feature, limit) in _BASELINES.items()
    }
    ways["words alone"] = ((rows.by_words > 0).astype(np.float64), 0.5)
    ways["learned score"] = (scores, THRESHOLD)
    ways["verifier"] = (np.where(rows.by_words == 0, scores, (rows.by_words > 0).astype(float)), THRESHOLD)
    found = [_measure_way(rows, way, *ways[way]) for way in ways]
    return sorted((one for each in found for one in each), key=lambda m: (m.source, list(ways).index(m.way)))


def _measure_way(rows: Rows, way: str, scores: NDArray[np.float64], limit: float) -> Iterator[Measured]:
    from sklearn.metrics import roc_auc_score

    worst = np.full(len(rows.examples), np.inf)
    np.minimum.at(worst, rows.of, scores)
    for source, (labels, values) in _by_source(rows.examples, worst).items():
        yes, no = values[labels] >= limit, values[~labels] >= limit
        if len(yes) and len(no):
            area = float(roc_auc_score(labels, values))
            kept, slipped = float(yes.mean()), float(no.mean())
            yield Measured(source, way, len(labels), area, (kept + 1 - slipped) / 2, kept, slipped)


def _by_source(
    examples: Sequence[Example], scores: NDArray[np.float64]
) -> dict[str, tuple[NDArray[np.bool_], NDArray[np.float64]]]:
    """Labels and scores of each source's unseen rows; of rows that share a claim's id the best counts."""
    best: dict[str, dict[str, tuple[bool, float]]] = defaultdict(dict)
    for number, (example, score) in enumerate(zip(examples, scores, strict=True)):
        if example.split == "train":
            continue
        key = example.group if example.source == "wice_dev" else str(number)
        label, before = best[example.source].get(key, (False, -1.0))
        best[example.source][key] = (label or example.supported, max(before, float(score)))
    return {
        source: (np.asarray([v[0] for v in found.values()]), np.asarray([v[1] for v in found.values()]))
        for source, found in best.items()
    }


def count_kinds(rows: Rows, trees: Trees) -> dict[str, tuple[int, int]]:
    """Of the held-out bent and restated sentences: how many of each kind there are, and how many are judged wrong."""
    scores = np.where(rows.by_words == 0, trees.predict(rows.features), (rows.by_words > 0).astype(float))
    worst = np.full(len(rows.examples), np.inf)
    np.minimum.at(worst, rows.of, scores)
    counts: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for example, score in zip(rows.examples, worst, strict=True):
        if example.kind and example.split != "train":
            name = f"{'true' if example.supported else 'false'}: {example.kind}"
            total, wrong = counts[name]
            counts[name] = (total + 1, wrong + int((score >= THRESHOLD) != example.supported))
    return dict(sorted(counts.items()))


def _embed(examples: Sequence[Example], embedder: TokenEmbedder) -> dict[str, Tokens]:
    texts = {part for e in examples for part in _split(e.claim)}
    texts |= {one.sentence.text for e in examples for one in e.evidence}
    ordered = sorted(texts)
    return {t: Tokens(*one) for t, one in zip(ordered, embedder.embed_tokens(ordered), strict=True)}


def _split(claim: str) -> list[str]:
    return [claim[start:end] for start, end in split_sentences(claim)] or [claim]


def format_report(measured: Sequence[Measured], kinds: dict[str, tuple[int, int]]) -> str:
    """The figures as Markdown tables."""
    lines = ["| set | way | rows | AUC | balanced accuracy | true kept | false let through |", "|" + "---|" * 7]
    lines += [
        f"| {m.source} | {m.way} | {m.count} | {m.area:.3f} | {m.balanced:.3f} | {m.kept:.3f} | {m.slipped:.3f} |"
        for m in measured
    ]
    lines += ["", "| bent or restated | rows | judged wrong |", "|---|---|---|"]
    lines += [f"| {name} | {total} | {wrong} |" for name, (total, wrong) in kinds.items()]
    return "\n".join(lines) + "\n"


@click.command()
@click.option("--bench", type=click.Path(exists=True, file_okay=False, path_type=Path), required=True)
@click.option("--corpus", type=click.Path(exists=True, file_okay=False, path_type=Path), default=get_shipped_corpus())
@click.option("--out", type=click.Path(path_type=Path), default=SHIPPED, help="Where the trained model goes.")
@click.option("--report", type=click.Path(path_type=Path), default=None, help="Where the figures go, as Markdown.")
@click.option("--measure-only", is_flag=True, help="Measure the model in --out instead of training one.")
def main(bench: Path, corpus: Path, out: Path, report: Path | None, measure_only: bool) -> None:
    """Train the scorer on public sets and the guides, and print how it does on rows it has not seen."""
    run(bench, corpus, out, report, SentenceTransformerEmbedder(batch_size=64), measure_only=measure_only)


def run(
    bench: Path, corpus: Path, out: Path, report: Path | None, embedder: TokenEmbedder, *, measure_only: bool = False
) -> None:
    """What the command does, with an embedder of one's own."""
    vocabulary = load_vocabulary()
    examples = load_examples(bench, corpus, vocabulary, seed=SEED)
    used = [e for e in examples if e.split != "train"] if measure_only else examples
    rows = describe_examples(used, vocabulary, embedder, click.echo)
    trees = load_trees(out, NAMES) if measure_only else fit(rows)
    if not measure_only:
        save_trees(trees, out)
    text = format_report(measure(rows, trees), count_kinds(rows, trees))
    click.echo(json.dumps({"examples": len(used), "trees": len(trees.roots), "bytes": out.stat().st_size}))
    click.echo(text)
    if report is not None:
        report.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
