"""Labelled claims to train and measure verifiers on: public sets, and sentences bent and restated.

The public sets are JSON Lines in a folder the caller names (`evidence`, `claim`, and `supported` or
`label`); the guides are the corpus that ships. Splits are by evidence or by guide, never by row, and the
same every time.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from coach.chunking import chunk_document
from coach.loading import load_folder
from coach.sentences import split_sentences
from coach.types import Evidence, Sentence
from coach.verifying.mutations import Variant, falsify, restate
from coach.vocabulary import Vocabulary

# "train" rows teach the encoder, "fit" rows weigh its score against the other features, the rest measures.
Split = Literal["train", "fit", "held", "test"]
TAUGHT: frozenset[Split] = frozenset({"train", "fit"})

# Every set with its licence; "test" sets are measured and never trained on.
SETS: dict[str, Split] = {
    "groundedness/factcheck_stance": "train",  # Apache-2.0; half of the claims are kept for measuring
    "groundedness/q2_wow": "test",  # Apache-2.0
    "groundedness/begin_dev_wow": "test",  # CC-BY-4.0
    "groundedness/wice_dev": "test",  # ODC-BY
    "groundedness/summedits_val": "test",  # Apache-2.0
    "nli/mnli_binary": "train",  # OANC
    "nli/fever_nli_binary": "train",  # CC-BY-SA
    "nli/counterfactual_snli": "train",  # Apache-2.0
    "nli/conj_nli": "train",  # MIT
    "nli/help_and_or": "train",  # CC-BY-SA-4.0
}
_BENT = ("fever_nli_binary", "mnli_binary")
_ROWS_FITTED = {"fever_nli_binary": 1500, "mnli_binary": 1500, "guides": 1000}  # at most; 400 of any other source
_GUIDE_BUCKETS = 3  # the guides of the first bucket are trained on


@dataclass(frozen=True, slots=True)
class Example:
    """One claim with its evidence, whether it is supported, where it comes from and how it was made."""

    source: str
    claim: str
    evidence: tuple[Evidence, ...] = field(repr=False)
    supported: bool
    split: Split
    kind: str = ""
    group: str = ""  # rows of one claim, of which the best counts


def load_public(bench: Path) -> list[Example]:
    """Every row of the sets that may be trained on, in a fixed order. Raises OSError when a set is missing."""
    return [e for name, split in SETS.items() if split == "train" for e in load_file(bench / f"{name}.jsonl")]


def choose_fitted(public: Sequence[Example], corpus: Path, vocabulary: Vocabulary, *, seed: int = 0) -> list[Example]:
    """The rows that weigh the encoder against the other features: a seeded draw of each source, some bent.

    Raises CorpusError without guides.
    """
    rng = random.Random(seed)
    rows = [e for e in public if e.split == "fit"]
    true = [e for e in rows if e.source in _BENT and e.supported and len(e.claim.split()) > 4]
    bent = [b for e in true for b in bend_public(e, true, rng, vocabulary)]
    guides = [e for e in bend_guides(corpus, rng, vocabulary) if e.split == "fit"]
    drawn: Counter[str] = Counter()
    chosen = []
    for row in rng.sample(every := [*rows, *bent, *guides], len(every)):
        drawn[row.source] += 1
        if drawn[row.source] <= _ROWS_FITTED.get(row.source, 400):
            chosen.append(row)
    return chosen


def load_file(path: Path) -> Iterator[Example]:
    """Every row of a file that holds evidence and a claim; a set that is not among SETS is for measuring only."""
    split: Split = next((split for name, split in SETS.items() if Path(name).name == path.stem), "test")
    for line in path.read_text(encoding="utf-8").split("\n"):
        row = json.loads(line) if line.strip() else {}
        evidence = to_evidence(str(row.get("evidence", "")))
        if evidence and str(row.get("claim", "")).strip():
            supported = row["supported"] if "supported" in row else row["label"] == "entailment"
            where = _split_of(path.stem, split, row)
            yield Example(path.stem, row["claim"], evidence, bool(supported), where, group=str(row.get("id", "")))


def to_evidence(text: str) -> tuple[Evidence, ...]:
    """A passage as the sentences a claim may rest on."""
    spans = split_sentences(text)
    return tuple(Evidence("", "", "", Sentence(text[start:end], start, end)) for start, end in spans)


def bend_public(
    example: Example, pool: Sequence[Example], rng: random.Random, vocabulary: Vocabulary
) -> Iterator[Example]:
    """Falsehoods and restatements of a true claim, and of one sentence of its evidence."""
    strangers = [rng.choice(e.evidence).sentence.text for e in rng.sample(list(pool), min(20, len(pool)))]
    said = rng.choice(example.evidence).sentence.text
    made = _some(falsify(example.claim, rng, vocabulary, strangers), rng, 2, supported=False)
    if 5 < len(said.split()) < 40:
        made += _some(falsify(said, rng, vocabulary, strangers), rng, 2, supported=False)
        made += _some(restate(said, rng, vocabulary), rng, 1, supported=True)
    for variant, supported in made:
        yield Example(f"bent {example.source}", variant.text, example.evidence, supported, example.split, variant.kind)


def bend_guides(corpus: Path, rng: random.Random, vocabulary: Vocabulary) -> Iterator[Example]:
    """Falsehoods and restatements of the guides' sentences, with up to two neighbours as further evidence."""
    for document in load_folder(corpus, collection="guides").documents:
        taught = _bucket(document.id, _GUIDE_BUCKETS) == 0
        for chunk in chunk_document(document, vocabulary=vocabulary, size=900, overlap=0):
            quotes = [Evidence(document.id, document.title, document.source, s) for s in chunk.sentences]
            texts = [q.sentence.text for q in quotes]
            for quote in quotes:
                split: Split = _share(quote.sentence.text) if taught else "held"
                strangers = [t for t in texts if t != quote.sentence.text]
                made = _some(falsify(quote.sentence.text, rng, vocabulary), rng, 5, supported=False)
                made += _some(restate(quote.sentence.text, rng, vocabulary), rng, 3, supported=True)
                for variant, supported in made:
                    more = rng.sample(quotes, min(len(quotes), rng.choice((0, 0, 1, 2)))) if strangers else []
                    evidence = tuple(dict.fromkeys((quote, *more)))
                    yield Example("guides", variant.text, evidence, supported, split, variant.kind)


def _split_of(source: str, split: Split, row: dict[str, str]) -> Split:
    if split == "test":
        return split
    if source == "factcheck_stance":
        return "test" if _bucket(row["claim"], 2) else _share(row["claim"])
    return "held" if _bucket(row["evidence"], 10) == 0 else _share(row["evidence"])


def _share(text: str) -> Split:
    """One text of eight weighs, the others teach."""
    return "fit" if _bucket(f"fit {text}", 8) == 0 else "train"


def _bucket(text: str, count: int) -> int:
    """Which of so many buckets a text falls into, on every machine alike."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % count


def _some(
    variants: Iterable[Variant], rng: random.Random, count: int, *, supported: bool
) -> list[tuple[Variant, bool]]:
    every = list(variants)
    return [(v, supported) for v in rng.sample(every, min(count, len(every)))]
