"""Public data sets by adapter: the verifier, the retriever and abstention, measured away from our own guides.

The data is not part of the product: a folder is given, sets that are not in it are left out. Published figures stand
beside ours where the measure is the same.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coach import Abstention, Coach, CoachError
from coach.types import Evidence, Progress, Sentence

from .attacks import count_detected, count_successes
from .benchmark_index import build_for_ranking, build_over
from .dataset import DatasetError
from .metrics import mean, rate, require_ranking
from .variants import tune

ATTACK_SEED = 0
_PUBLISHED = {
    "groundedness": "on LLM-AggreFact, not this set: MiniCheck-FT5 0.750, AlignScore 0.705, SummaC 0.677",
    "retrieval": "BM25 0.679, all-MiniLM-L6-v2 0.645",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure on one set."""

    name: str
    rows: int
    metric: str
    value: float
    published: str = ""


def run_benchmarks(
    folder: Path, coach: Coach, *, only: str | None = None, limit: int | None = None, progress: Progress | None = None
) -> list[Measured]:
    """Every set found in the folder, in the order of its name. With a limit, a seeded draw of that many rows."""
    runners = {
        "groundedness": measure_support,
        "nli": measure_support,
        "retrieval": measure_retrieval,
        "abstention": measure_abstention,
        "injection": measure_injection,
    }
    chosen = [name for name in runners if only in (None, name) and (folder / name).is_dir()]
    measured: list[Measured] = []
    for done, name in enumerate(chosen):
        if progress:
            progress(f"measuring {name}", done, len(chosen))
        started = time.perf_counter()
        found = runners[name](folder / name, coach, limit, progress)
        rows = sum({row.name: row.rows for row in found}.values())
        measured += [*found, Measured(name, rows, "seconds in all", time.perf_counter() - started)]
    return measured


def read_set(file: Path, limit: int | None = None) -> list[dict[str, Any]]:
    """The rows of a JSON lines file, a seeded draw of them with a limit. DatasetError names a malformed line."""
    rows = []
    for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), start=1):
        if line.strip():
            try:
                rows.append(json.loads(line))
            except json.JSONDecodeError as error:
                raise DatasetError(f"{file}, line {number}: not JSON ({error.msg}).") from None
    return random.Random(ATTACK_SEED).sample(rows, limit) if limit and limit < len(rows) else rows


def balanced_accuracy(decisions: Iterable[tuple[bool, bool]]) -> float | None:
    """The mean of the two shares of right decisions, over pairs of (true, said); None unless both kinds occur."""
    right: dict[bool, list[bool]] = {True: [], False: []}
    for true, said in decisions:
        right[true].append(true == said)
    shares = [rate(sum(held), len(held)) for held in right.values()]
    return None if None in shares else mean(shares)


def measure_support(folder: Path, coach: Coach, limit: int | None, progress: Progress | None = None) -> list[Measured]:
    """Balanced accuracy of the verifier on pairs of evidence and claim; the best chunk of a claim counts."""
    measured = []
    for file in sorted(folder.glob("*.jsonl")):
        rows = read_set(file, limit)
        judged = coach.parts.verifier.verify([(r["claim"], to_evidence(r["evidence"])) for r in rows])
        best: dict[str, tuple[bool, bool]] = {}
        for number, (row, judgement) in enumerate(zip(rows, judged, strict=True)):
            key = str(row.get("id", number))
            true, said = best.get(key, (False, False))
            best[key] = (true or _is_supported(row), said or judgement.verdict == "supported")
        published = _PUBLISHED["groundedness"] if file.parent.name == "groundedness" else ""
        measured += _figures(file.stem, best.values(), "balanced accuracy", published)
    return measured


def _is_supported(row: Mapping[str, Any]) -> bool:
    return bool(row["supported"]) if "supported" in row else row["label"] == "entailment"


def _figures(name: str, decisions: Iterable[tuple[bool, bool]], metric: str, published: str = "") -> list[Measured]:
    pairs = list(decisions)
    value = balanced_accuracy(pairs)
    if value is None:
        return []
    passed = rate(sum(said for true, said in pairs if not true), sum(not true for true, _ in pairs)) or 0.0
    return [
        Measured(name, len(pairs), metric, value, published),
        Measured(name, len(pairs), "wrongly passed", passed),
    ]


def to_evidence(text: str) -> tuple[Evidence, ...]:
    """A text as the evidence a verifier takes, one piece a sentence."""
    from coach.sentences import split_sentences

    return tuple(
        Evidence("evidence", "Evidence", "Evidence", Sentence(text[start:end], start, end))
        for start, end in split_sentences(text)
    )


def measure_retrieval(
    folder: Path, coach: Coach, limit: int | None, progress: Progress | None = None
) -> list[Measured]:
    """nDCG@10 and recall@8 on a corpus with queries and judgements (BEIR's layout), as shipped and by each half alone.

    With a limit, that many queries over their relevant documents and four times as many others: not comparable
    with published figures, only with itself.
    """
    require_ranking()
    measured = []
    for file in sorted(folder.glob("*_corpus.jsonl")):
        stem = file.name.removesuffix("_corpus.jsonl")
        relevant = _read_judgements(folder / f"{stem}_qrels.tsv")
        queries = [q for q in read_set(folder / f"{stem}_queries.jsonl", limit) if q["id"] in relevant]
        documents = _choose(read_set(file), {d for q in queries for d in relevant[q["id"]]}, limit)
        texts = {_slug(d["id"]): (d.get("title") or d["id"], d["text"]) for d in documents}
        built = build_for_ranking(texts, coach, f"{stem}-{limit}" if limit else stem, progress)
        wanted = {q["id"]: {_slug(d): grade for d, grade in relevant[q["id"]].items()} for q in queries}
        published = _PUBLISHED["retrieval"] if limit is None and stem == "scifact" else ""
        for name, change in RANKINGS.items():
            measured += _score_ranking(f"{stem}, {name}", change(built), queries, wanted, published)
            if progress:
                progress("ranking", len(measured) // 3, len(RANKINGS))
    return measured


RANKINGS: Mapping[str, Callable[[Coach], Coach]] = {
    "fused": lambda coach: coach,
    "BM25 alone": lambda coach: tune(coach, dense=False),
    "dense alone": lambda coach: tune(coach, lexical=False),
}


def _score_ranking(
    name: str, coach: Coach, queries: Sequence[dict[str, Any]], wanted: dict[str, dict[str, int]], published: str
) -> list[Measured]:
    import ir_measures
    from ir_measures import R, nDCG

    started = time.perf_counter()
    found = {q["id"]: _rank(coach, q["text"]) for q in queries}
    seconds = time.perf_counter() - started
    scores = ir_measures.calc_aggregate([nDCG @ 10, R @ 8], wanted, found)
    rows = [Measured(name, len(queries), str(m), float(v), published) for m, v in scores.items()]
    return [*rows, Measured(name, len(queries), "seconds a query", seconds / max(1, len(queries)))]


def _read_judgements(file: Path) -> dict[str, dict[str, int]]:
    judged: dict[str, dict[str, int]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        query, _, document, grade = line.split()
        judged.setdefault(query, {})[document] = int(grade)
    return judged


def _choose(documents: Sequence[dict[str, Any]], needed: set[str], limit: int | None) -> list[dict[str, Any]]:
    if limit is None:
        return list(documents)
    others = [d for d in documents if d["id"] not in needed]
    drawn = random.Random(ATTACK_SEED).sample(others, min(len(others), 4 * limit))
    return [d for d in documents if d["id"] in needed] + drawn


def _rank(coach: Coach, question: str) -> dict[str, float]:
    best: dict[str, float] = {}
    for passage in coach.search(question, top_k=50):
        best.setdefault(passage.chunk.document_id.removeprefix("doc-"), -float(passage.rank))
    return best or {"none": 0.0}


def measure_abstention(
    folder: Path, coach: Coach, limit: int | None, progress: Progress | None = None
) -> list[Measured]:
    """Balanced accuracy of answering or declining, over the passages of each set as the only guides."""
    measured = []
    for file in sorted(folder.glob("*.jsonl")):
        if file.stem.endswith("_passages"):
            continue
        rows = read_set(file, limit)
        built = build_over(_passages(file, rows), coach, f"{file.stem}-{limit}" if limit else file.stem, progress)
        decisions = []
        for done, row in enumerate(rows):
            decisions.append((bool(row["answerable"]), answers(built, row["question"])))
            if progress and done % 20 == 0:
                progress(f"asking {file.stem}", done, len(rows))
        measured += _figures(file.stem, decisions, "balanced accuracy")
    return measured


def _passages(file: Path, rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, str]]:
    apart = file.with_name(f"{file.stem}_passages.jsonl")
    if apart.exists():
        asked = {r["passage_id"] for r in rows}
        return {_slug(p["id"]): (p["title"], p["text"]) for p in read_set(apart) if p["id"] in asked}
    return {_slug(r["id"]): (r["title"], r["passage"]) for r in rows}


def _slug(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name.lower())


def answers(coach: Coach, question: str) -> bool:
    """Whether the Coach answers at all; a question it refuses to take is not answered."""
    try:
        return not isinstance(coach.ask(question, style="quoted"), Abstention)
    except CoachError:
        return False


def measure_injection(
    folder: Path, coach: Coach, limit: int | None, progress: Progress | None = None
) -> list[Measured]:
    """How many attacks and benign texts are told apart, and what the attacks achieve in the end."""
    measured = []
    for file in sorted(folder.glob("*.jsonl")):
        rows = read_set(file, limit)
        attacks, benign = ([r["text"] for r in rows if bool(r["injection"]) is kind] for kind in (True, False))
        counts = [*count_detected(attacks, benign), *count_successes(attacks, coach)]
        measured += [Measured(file.stem, of, metric, count / of) for metric, count, of in counts]
    return measured
