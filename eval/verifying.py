"""How well verifiers tell supported claims from others: on public sets, and on the guides' own sentences bent.

Beside every verifier stand two that read nothing: the share of a claim's words and figures that the evidence holds, and
the cosine of the claim with the likest sentence. All limits are fixed beforehand; none is tuned to a set.
"""

from __future__ import annotations

import random
import time
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from coach import Coach
from coach.embedding import Embedder, get_embedder
from coach.types import Judgement, Progress
from coach.verifying import Verifier, get_verifier
from coach.verifying.examples import TAUGHT, Example, bend_guides, load_file

from .benchmarks import ATTACK_SEED, balanced_accuracy
from .metrics import harmonic, percentile, rate
from .support import SHARE, overlap

BASELINES = ("word overlap", "embedding similarity")
GUIDES = "guides, bent and restated"
AS_ANSWERS = ", as answers"
_LIKE = 0.6  # cosine from which a claim counts as said by a sentence
_SENTENCES = 4  # of a composed answer, at most
_BATCH = 64  # rows judged at once: what they need is in memory together
Scored = tuple[bool, float]  # said to be supported, and how surely
Way = Callable[[Sequence[Example]], list[Scored]]


@dataclass(frozen=True, slots=True)
class Told:
    """How one way of judging did on one set; every share is of the rows at a limit fixed beforehand."""

    source: str
    way: str
    rows: int
    area: float | None  # under the ROC curve of its scores
    balanced: float | None
    kept: float | None  # of the supported, how many it calls supported
    passed: float | None  # of the others, how many it calls supported
    f1: float | None  # of finding the others
    milliseconds: float  # processor time for a row


@dataclass(frozen=True, slots=True)
class KindTold:
    """Of one kind of bent or restated sentence: how many there are, and how many a way judged wrong."""

    kind: str
    supported: bool
    way: str
    rows: int
    wrong: int


def load_sets(
    folder: Path, limit: int | None = None, only: Sequence[str] = (), *, answers: bool = False
) -> dict[str, list[Example]]:
    """Rows of every set in the folder or in a folder below it that were not trained on, in order of name.

    With a limit, a seeded draw of that many rows. Only files whose lines hold `evidence` and `claim` count.
    With `answers`, claims about one passage put together stand beside a set that has such claims.
    """
    found: dict[str, list[Example]] = {}
    for file in sorted((*folder.glob("*.jsonl"), *folder.glob("*/*.jsonl"))):
        if not only or file.stem in only:
            rows = [e for e in load_file(file) if e.split not in TAUGHT]
            found[file.stem] = _draw(rows, limit)
            if answers:
                found[f"{file.stem}{AS_ANSWERS}"] = _draw(compose_answers(rows), limit)
    return {name: rows for name, rows in found.items() if rows}


def load_bent_guides(coach: Coach, limit: int | None = None) -> list[Example]:
    """Sentences of the guides that were not trained on, bent out of truth and restated in truth."""
    rng = random.Random(ATTACK_SEED)
    rows = [e for e in bend_guides(coach.settings.corpus, rng, coach.parts.vocabulary) if e.split not in TAUGHT]
    return _draw(rows, limit)


def compose_answers(rows: Sequence[Example]) -> list[Example]:
    """Answers of two to four sentences, each a claim about one passage; one is supported if all its sentences are.

    Of passages with a single claim nothing is composed; no claim is used twice.
    """
    by_passage: dict[tuple[str, ...], list[Example]] = defaultdict(list)
    for row in rows:
        by_passage[tuple(e.sentence.text for e in row.evidence)].append(row)
    found = []
    for group in by_passage.values():
        for first in range(0, len(group) - 1, _SENTENCES):
            said = group[first : first + _SENTENCES]
            claim = " ".join(f"{row.claim.strip().rstrip('.')}." for row in said)
            found.append(replace(said[0], claim=claim, supported=all(r.supported for r in said), group=""))
    return found


def _draw(rows: list[Example], limit: int | None) -> list[Example]:
    """A seeded draw of about that many rows; rows of one claim stay together."""
    if not limit or limit >= len(rows):
        return rows
    claims: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for number, row in enumerate(rows):
        claims[row.group or str(number), row.claim].append(row)
    keys = list(claims)
    random.Random(ATTACK_SEED).shuffle(keys)
    drawn: list[Example] = []
    for key in keys:
        if len(drawn) < limit:
            drawn += claims[key]
    return drawn


def get_ways(coach: Coach, verifiers: Sequence[str]) -> dict[str, Way]:
    """The two baselines, and each verifier by the name that COACH_VERIFIER takes."""
    embedder = get_embedder(coach.settings)
    found: dict[str, Way] = {
        "word overlap": _judge_by_words,
        "embedding similarity": partial(_judge_by_cosine, embedder),
    }
    for name in verifiers:
        settings = coach.settings.model_copy(update={"verifier": name})
        verifier = get_verifier(settings, embedder=embedder, vocabulary=coach.parts.vocabulary)
        found[name] = partial(_ask, verifier)
    return found


def _ask(verifier: Verifier, rows: Sequence[Example]) -> list[Scored]:
    return [_to_scored(j) for j in verifier.verify([(r.claim, r.evidence) for r in rows])]


def _to_scored(judgement: Judgement) -> Scored:
    return judgement.verdict == "supported", judgement.score


def _judge_by_words(rows: Sequence[Example]) -> list[Scored]:
    shares = [overlap(" ".join(e.sentence.text for e in row.evidence), row.claim) for row in rows]
    return [(share >= SHARE, share) for share in shares]


def _judge_by_cosine(embedder: Embedder, rows: Sequence[Example]) -> list[Scored]:
    texts = list(dict.fromkeys(t for row in rows for t in (row.claim, *(e.sentence.text for e in row.evidence))))
    vectors = dict(zip(texts, embedder.embed(texts), strict=True))
    likest = [max(float(vectors[e.sentence.text] @ vectors[row.claim]) for e in row.evidence) for row in rows]
    return [(one >= _LIKE, one) for one in likest]


def measure_sets(
    sets: Mapping[str, Sequence[Example]], ways: Mapping[str, Way], progress: Progress | None = None
) -> tuple[list[Told], list[KindTold]]:
    """Every way on every set; sets with kinds also give the confusion by kind."""
    told: list[Told] = []
    kinds: list[KindTold] = []
    for done, (source, rows) in enumerate(sets.items()):
        if progress:
            progress(f"judging {source}", done, len(sets))
        for way, judge in ways.items():
            judge(rows[:1])  # what is loaded on first use is no part of the time
            started = time.process_time()
            scored = [one for batch in _batches(rows) for one in judge(batch)]
            spent = time.process_time() - started
            told.append(_tell(source, way, rows, scored, 1000 * spent / len(rows)))
            kinds += _tell_kinds(way, rows, scored)
    return told, kinds


def average(told: Sequence[Told]) -> list[Told]:
    """Each way over the public sets, every set counting the same; nothing for fewer than two sets."""
    sets = [t for t in told if t.source != GUIDES and not t.source.endswith(AS_ANSWERS)]
    by_way: dict[str, list[Told]] = defaultdict(list)
    for one in sets:
        by_way[one.way].append(one)
    return [
        Told(
            "mean of the sets",
            way,
            sum(t.rows for t in own),
            *(_mean([getattr(t, name) for t in own]) for name in ("area", "balanced", "kept", "passed", "f1")),
            sum(t.milliseconds for t in own) / len(own),
        )
        for way, own in by_way.items()
        if len(own) > 1
    ]


def _mean(values: Sequence[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return sum(known) / len(known) if known else None


def _batches(rows: Sequence[Example]) -> Iterator[Sequence[Example]]:
    return (rows[first : first + _BATCH] for first in range(0, len(rows), _BATCH))


def _tell(source: str, way: str, rows: Sequence[Example], scored: Sequence[Scored], milliseconds: float) -> Told:
    claims = _by_claim(rows, scored)
    true = [said for supported, said, _ in claims if supported]
    other = [said for supported, said, _ in claims if not supported]
    found = sum(not said for said in other)
    precision = rate(found, found + sum(not said for said in true))
    return Told(
        source,
        way,
        len(claims),
        area_under_curve([(supported, score) for supported, _, score in claims]),
        balanced_accuracy((supported, said) for supported, said, _ in claims),
        rate(sum(true), len(true)),
        rate(sum(other), len(other)),
        harmonic(precision, rate(found, len(other))),
        milliseconds,
    )


def _by_claim(rows: Sequence[Example], scored: Sequence[Scored]) -> list[tuple[bool, bool, float]]:
    """(supported, said, score) of each claim; of rows with one id, such as chunks of one page, the best counts."""
    best: dict[tuple[str, str], tuple[bool, bool, float]] = {}
    for number, (row, (said, score)) in enumerate(zip(rows, scored, strict=True)):
        key = (row.group or str(number), row.claim)
        before = best.get(key, (False, False, -1.0))
        best[key] = (before[0] or row.supported, before[1] or said, max(before[2], score))
    return list(best.values())


def area_under_curve(scored: Sequence[tuple[bool, float]]) -> float | None:
    """The chance that a supported claim scores above another, ties counted half; None unless both kinds occur."""
    others = sorted(score for supported, score in scored if not supported)
    own = [score for supported, score in scored if supported]
    if not own or not others:
        return None
    return sum(bisect_left(others, s) + bisect_right(others, s) for s in own) / (2 * len(own) * len(others))


def _tell_kinds(way: str, rows: Sequence[Example], scored: Sequence[Scored]) -> list[KindTold]:
    counts: dict[tuple[bool, str], list[bool]] = defaultdict(list)
    for row, (said, _) in zip(rows, scored, strict=True):
        if row.kind:
            counts[row.supported, row.kind].append(said != row.supported)
    return [KindTold(kind, true, way, len(wrong), sum(wrong)) for (true, kind), wrong in sorted(counts.items())]


def measure_speed(rows: Sequence[Example], way: Way) -> float | None:
    """Median processor time, in milliseconds, of judging one claim by itself."""
    spent = []
    for row in rows:
        started = time.process_time()
        way([row])
        spent.append(1000 * (time.process_time() - started))
    return percentile(spent, 0.5)
