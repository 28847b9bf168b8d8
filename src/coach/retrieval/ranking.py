"""Which sentences answer best: what is known of each goes through weights that were fitted to labelled questions.

`coach.retrieval.evidence` weighs sentences by hand-set weights; those that come out well are ranked anew here. A
sentence wins against another by a linear score (pairwise logistic regression, as RankNet of Burges et al. 2005 with
one layer), fitted by `coach eval fit-ranking` to the sentences that answer the questions of the datasets. Among the
signals are two of late interaction: how well each word piece of the question is met by one of the sentence, and the
other way round (Khattab and Zaharia 2020, ColBERT), with the vectors of the embedding model.
"""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from numpy.typing import NDArray

from coach.retrieval.asking import Form
from coach.verifying.alignment import Tokens, rarity

if TYPE_CHECKING:
    from coach.retrieval.evidence import Weighed
    from coach.retrieval.retriever import Retrieved

WEIGHTS = Path(__file__).with_name("ranking.json")
POOL = 32  # sentences ranked anew; the rest stay behind them in their old order
_FORMS: tuple[Form, ...] = get_args(Form)
_KNOWN = (
    "prior", "topic", "coverage", "own", "headings", "rarity", "hits", "rarest_missing", "story", "role_mentioned",
    "other_role", "role_in_heading", "no_role", "further_roles", "every_role", "aspect", "passage", "length", "commas",
    "first", "place", "defines", "figure", "holds_unit", "lacks_unit", "question_met", "sentence_met",
)  # fmt: skip
_BY_FORM = ("defines", "commas", "first")
NAMES = (*_KNOWN, *(f"{name}_{form}" for form in _FORMS for name in _BY_FORM))
_ASK_OF_NUMBERS: frozenset[Form] = frozenset(("quantity", "who", "definition", "yes_no"))
_DEFINES = re.compile(r"(?:(?:An?|The) )?[^,]{2,60}? (?:is|are|means|has the|typically|leads|focuses)\b")


def rank(found: Retrieved, weighed: Sequence[Weighed]) -> list[Weighed]:
    """The same sentences, the best of them in the order of their fitted scores; scores keep their scale.

    `weighed` come best first. Where the weights are missing the order stays as it is.
    """
    pool, rest = list(weighed[:POOL]), weighed[POOL:]
    fitted = load_weights()
    if len(pool) < 2 or not fitted:
        return list(weighed)
    scores = describe(found, pool) @ np.asarray([fitted["weights"].get(n, 0.0) for n in NAMES])
    # These and the next are too rare among labelled questions to be fitted.
    scores += [w.excluded + w.move for w in pool]
    if found.query.form in _ASK_OF_NUMBERS:
        scores += [w.number for w in pool]
    return _order(pool, scores, rest)


def rank_read(weighed: Sequence[Weighed], logits: Sequence[float]) -> list[Weighed]:
    """The same sentences once the best of them were read beside the question, a logit for each of these."""
    pool, rest = list(weighed[: len(logits)]), weighed[len(logits) :]
    if not pool:
        return list(weighed)
    scores = np.asarray([w.score for w in pool]) + load_weights().get("reading", 0.0) * np.asarray(logits)
    return _order(pool, scores, rest)


def _order(pool: Sequence[Weighed], scores: NDArray[np.float64], rest: Sequence[Weighed]) -> list[Weighed]:
    """The pool by its new scores, the best of which is what it was before, and the rest behind it in its old order."""
    scores = scores + (pool[0].score - scores.max())
    ranked = sorted(
        (replace(w, score=float(s)) for w, s in zip(pool, scores, strict=True)), key=lambda w: (-w.score, w.key)
    )
    drop = max(0.0, rest[0].score - ranked[-1].score) if rest else 0.0
    return [*ranked, *(replace(w, score=w.score - drop) for w in rest)]


def describe(found: Retrieved, pool: Sequence[Weighed]) -> NDArray[np.float64]:
    """One row for each sentence, one column for each of NAMES; sentences are compared within the pool alone."""
    places = _find_places(pool)
    met = _meet(found, pool)
    topics = _find_topics(found, pool)
    rows = [_describe(found, w, places[n], topics[n], met[n]) for n, w in enumerate(pool)]
    return np.asarray(rows, dtype=np.float64)


@lru_cache(maxsize=1)
def load_weights() -> Mapping[str, Any]:
    """The fitted weights as shipped; empty when there are none."""
    return json.loads(WEIGHTS.read_text(encoding="utf-8")) if WEIGHTS.exists() else {}


def _describe(found: Retrieved, weighed: Weighed, place: int, topic: float, met: tuple[float, float]) -> list[float]:
    query, lexicon, sentence = found.query, found.lexicon, weighed.sentence
    wanted, named = set(query.roles), {*sentence.roles, *sentence.mentions}
    weights = {t.stem: lexicon.get_weight(t) for t in query.terms}
    missing = [weights[t.stem] for t in query.terms if not t.alternatives & weighed.stems]
    shape = {
        "defines": float(bool(_DEFINES.match(sentence.text))),
        "commas": min(sentence.text.count(","), 6) / 6,
        "first": float(place == 0),
    }
    values = [
        weighed.prior - weighed.number - weighed.excluded - weighed.move,
        topic,
        weighed.coverage,
        lexicon.cover(query.terms, weighed.stems),
        lexicon.cover(query.terms, weighed.heading_stems),
        sum(weights[s] for s in weighed.terms if s in weights) / 10,
        len(weighed.terms),
        max(missing, default=0.0) / 6,
        lexicon.cover(query.story, weighed.stems),
        bool(wanted & set(sentence.mentions)),
        bool(wanted and named and not wanted & named),
        bool(wanted & weighed.heading_roles),
        bool(wanted and not named),
        len(set(sentence.roles) - wanted),
        len(wanted) > 1 and wanted <= named,
        bool(set(query.dimensions) & set(sentence.dimensions)),
        1 / (1 + weighed.rank),
        math.log1p(len(sentence.text.split())) / 4,
        shape["commas"],
        shape["first"],
        place / 8,
        shape["defines"],
        bool(re.search(r"\d", sentence.text)),
        query.unit is not None and weighed.fits_unit,
        query.unit is not None and not weighed.fits_unit,
        *met,
    ]
    by_form = (shape[name] * (query.form == form) for form in _FORMS for name in _BY_FORM)
    return [float(v) for v in (*values, *by_form)]


def _find_places(pool: Sequence[Weighed]) -> list[int]:
    """How many sentences of the pool stand before each one in its own section."""
    starts: dict[tuple[str, tuple[str, ...]], list[int]] = defaultdict(list)
    for w in pool:
        starts[w.section].append(w.sentence.start)
    return [sorted(starts[w.section]).index(w.sentence.start) for w in pool]


def _find_topics(found: Retrieved, pool: Sequence[Weighed]) -> NDArray[np.float64]:
    """Cosine of each sentence with the question once what all have in common is taken out of both."""
    vectors = np.stack([w.vector for w in pool]).astype(np.float64)
    common = vectors.mean(axis=0)
    own, asked = vectors - common, found.vectors[0] - common
    norms = np.linalg.norm(own, axis=1) * np.linalg.norm(asked)
    topics: NDArray[np.float64] = own @ asked / np.maximum(norms, 1e-9)
    return topics


def _meet(found: Retrieved, pool: Sequence[Weighed]) -> list[tuple[float, float]]:
    """How well each piece of the question is met by the sentence and each of the sentence by the question, -1..1."""
    if found.tokens is None:
        return [(0.0, 0.0)] * len(pool)
    question, *sentences = found.tokens([found.query.texts[0], *(w.sentence.text for w in pool)])
    asked, said = rarity(question.ids), rarity(np.concatenate([s.ids for s in sentences]))
    parts = np.split(said, np.cumsum([len(s.ids) for s in sentences])[:-1])
    return [_meet_one(question, asked, *pair) for pair in zip(sentences, parts, strict=True)]


def _meet_one(
    question: Tokens, asked: NDArray[np.float32], sentence: Tokens, said: NDArray[np.float32]
) -> tuple[float, float]:
    """The same of one sentence, given the weights of both sides' pieces."""
    if not len(question.ids) or not len(sentence.ids):
        return 0.0, 0.0
    similar = question.vectors @ sentence.vectors.T
    return float(similar.max(axis=1) @ asked / asked.sum()), float(similar.max(axis=0) @ said / said.sum())
