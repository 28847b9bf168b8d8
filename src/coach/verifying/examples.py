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
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from coach.chunking import chunk_document
from coach.loading import load_folder
from coach.sentences import split_sentences
from coach.types import Evidence, Sentence
from coach.verifying.mutations import Variant, falsify, restate
from coach.vocabulary import Vocabulary

Split = Literal["train", "held", "test"]

# Rows taken of each set (its licence beside it); "test" sets are measured and never trained on.
SETS: dict[str, tuple[int, Split]] = {
    "groundedness/q2_wow": (600, "train"),  # Apache-2.0
    "groundedness/begin_dev_wow": (430, "train"),  # CC-BY-4.0
    "groundedness/factcheck_stance": (3305, "train"),  # Apache-2.0; half of the claims are kept for measuring
    "groundedness/wice_dev": (1043, "test"),  # ODC-BY
    "groundedness/summedits_val": (986, "test"),  # Apache-2.0
    "nli/mnli_binary": (5000, "train"),  # OANC
    "nli/fever_nli_binary": (5000, "train"),  # CC-BY-SA
    "nli/counterfactual_snli": (2500, "train"),  # Apache-2.0
    "nli/conj_nli": (2000, "train"),  # MIT
    "nli/help_and_or": (800, "train"),  # CC-BY-SA-4.0
}
_GENERATED_FROM = ("fever_nli_binary", "mnli_binary")
_GENERATED = 2000  # true pairs of those sets that are bent and restated
_GUIDE_BUCKETS = 3  # the guides of the first bucket are trained on
_MOST_SENTENCES = 40  # of one row's evidence
_SENTENCES_TRAINED = 14  # of one row's evidence, those from its start
# Rows trained on of each source: their number is set by what two cores describe in ten minutes.
_ROWS_TRAINED = {
    "fever_nli_binary": 1300, "mnli_binary": 1600, "guides": 1000, "bent mnli_binary": 800,
    "bent fever_nli_binary": 700, "counterfactual_snli": 1000, "factcheck_stance": 400, "conj_nli": 400,
    "help_and_or": 150, "q2_wow": 160, "begin_dev_wow": 160,
}  # fmt: skip


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


def load_examples(bench: Path, corpus: Path, vocabulary: Vocabulary, *, seed: int = 0) -> list[Example]:
    """All examples, in a fixed order. Raises OSError when a set is missing, CorpusError without guides."""
    rng = random.Random(seed)
    public = [e for name in SETS for e in load_set(bench, name)]
    pairs = [e for e in public if e.source in _GENERATED_FROM and e.supported and len(e.claim.split()) > 4]
    rng.shuffle(pairs)
    bent = [b for e in pairs[:_GENERATED] for b in bend_public(e, pairs, rng, vocabulary)]
    return [*public, *bent, *bend_guides(corpus, rng, vocabulary)]


def choose_trained(examples: Sequence[Example], *, seed: int = 5) -> list[Example]:
    """The examples that are trained on: a seeded draw of each source's, with the start of their evidence."""
    order = list(range(len(examples)))
    random.Random(seed).shuffle(order)
    taken: Counter[str] = Counter()
    chosen = []
    for example in (examples[n] for n in order if examples[n].split == "train"):
        taken[example.source] += 1
        if taken[example.source] <= _ROWS_TRAINED[example.source]:
            chosen.append(replace(example, evidence=example.evidence[:_SENTENCES_TRAINED]))
    return chosen


def load_set(bench: Path, name: str) -> Iterator[Example]:
    """The rows of one public set that are used for training, drawn with a fixed seed."""
    rows = list(load_file(bench / f"{name}.jsonl", most=_MOST_SENTENCES))
    random.Random(1).shuffle(rows)
    return iter(rows[: SETS[name][0]])


def load_file(path: Path, *, most: int | None = None) -> Iterator[Example]:
    """Every row of a file that holds evidence and a claim; a set that is not among SETS is for measuring only.

    With `most`, no more than so many sentences of each evidence.
    """
    split: Split = next((split for name, (_, split) in SETS.items() if Path(name).name == path.stem), "test")
    for line in path.read_text(encoding="utf-8").split("\n"):
        row = json.loads(line) if line.strip() else {}
        evidence = to_evidence(str(row.get("evidence", "")), most)
        if evidence and str(row.get("claim", "")).strip():
            supported = row["supported"] if "supported" in row else row["label"] == "entailment"
            where = _split_of(path.stem, split, row)
            yield Example(path.stem, row["claim"], evidence, bool(supported), where, group=str(row.get("id", "")))


def to_evidence(text: str, most: int | None = None) -> tuple[Evidence, ...]:
    """A passage as the sentences a claim may rest on."""
    spans = split_sentences(text)[:most]
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
        split: Split = "train" if _bucket(document.id, _GUIDE_BUCKETS) == 0 else "held"
        for chunk in chunk_document(document, vocabulary=vocabulary, size=900, overlap=0):
            quotes = [Evidence(document.id, document.title, document.source, s) for s in chunk.sentences]
            texts = [q.sentence.text for q in quotes]
            for quote in quotes:
                strangers = [t for t in texts if t != quote.sentence.text]
                made = _some(falsify(quote.sentence.text, rng, vocabulary), rng, 5, supported=False)
                made += _some(restate(quote.sentence.text, rng, vocabulary), rng, 3, supported=True)
                for variant, supported in made:
                    more = rng.sample(quotes, min(len(quotes), rng.choice((0, 0, 1, 2)))) if strangers else []
                    evidence = tuple(dict.fromkeys((quote, *more)))
                    yield Example("guides", variant.text, evidence, supported, split, variant.kind)


def _split_of(source: str, split: Split, row: dict[str, str]) -> Split:
    if source == "factcheck_stance":
        return "test" if _bucket(row["claim"], 2) else "train"
    return "held" if split == "train" and _bucket(row["evidence"], 10) == 0 else split


def _bucket(text: str, count: int) -> int:
    """Which of so many buckets a text falls into, on every machine alike."""
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % count


def _some(
    variants: Iterable[Variant], rng: random.Random, count: int, *, supported: bool
) -> list[tuple[Variant, bool]]:
    every = list(variants)
    return [(v, supported) for v in rng.sample(every, min(count, len(every)))]
