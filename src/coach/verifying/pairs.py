"""What the encoder learns from: pairs of passage and claim, made anew for every pass over the data.

Pairs written for inference are short: one sentence against another. Claims in an answer are held against passages. So
part of the pairs is set among other sentences, claims are joined, a passage loses the very sentence a claim rests on
(as in Tang et al. 2024, MiniCheck), and true sentences are bent and restated.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from coach.verifying.examples import Example, bend_guides, bend_public
from coach.verifying.windows import say_under_heading
from coach.verifying.words import is_content, normalise, stem, tokenise
from coach.vocabulary import Vocabulary

_WORDS = 120  # of a passage; longer ones cost more than they teach
_SHORT = 60  # words of a passage that gets neighbours
# How often a pass over the data takes a source's rows; the rest of each is made from FEVER and MultiNLI.
_SHARES = {
    "mnli_binary": 1.0, "fever_nli_binary": 1.0, "conj_nli": 0.35, "counterfactual_snli": 0.5, "help_and_or": 0.15,
    "factcheck_stance": 2.0,
}  # fmt: skip
_PADDED = {"mnli_binary": 0.4, "fever_nli_binary": 0.3, "conj_nli": 0.15}
_MADE = {"bent": 6000, "joined": 2500, "appended": 4000, "robbed": 3500, "quoted": 2500, "guides": 3000}
_OPENED = 0.06  # of claims that begin as people speak, which says nothing of what they claim
OPENINGS = (
    "Yes, ", "No, ", "Well, ", "Sure! ", "I think ", "I believe ", "As far as I know, ", "In short, ", "Actually, ",
    "That is a good question. ", "I like that too. ", "Oh, I see. ", "According to the text, ",
)  # fmt: skip
_LINKS = (", and ", " and ", ", while ", "; ", ". ", ". Also, ")
_NAME = re.compile(r"\b[A-Z][a-z]{3,}\b")


@dataclass(frozen=True, slots=True)
class Pair:
    """A passage, a claim, and whether the one supports the other; `source` is a set or a way of making pairs."""

    passage: str
    claim: str
    supported: bool
    source: str


class Neighbours:
    """Sentences to set around a passage: some that share a name with it, some of anything."""

    def __init__(self, sentences: Sequence[str]) -> None:
        """Index the sentences by the names they hold."""
        self._all = sentences
        self._named: dict[str, list[str]] = defaultdict(list)
        for sentence in sentences:
            for name in set(_NAME.findall(sentence)):
                self._named[name].append(sentence)

    def draw(self, text: str, rng: random.Random, count: int) -> list[str]:
        """So many sentences that are not in the text."""
        near = [s for name in sorted(set(_NAME.findall(text))) for s in self._named.get(name, ())[:200]]
        drawn = [rng.choice(near if near and rng.random() < 0.5 else self._all) for _ in range(count)]
        return [s for s in drawn if s not in text]


def make_pairs(
    public: Sequence[Example], corpus: Path, vocabulary: Vocabulary, seed: int, *, share: float = 1.0
) -> list[Pair]:
    """One pass over the rows that teach, shuffled; another seed makes other pairs of the same rows.

    `share` takes a part of everything. Raises CorpusError without guides.
    """
    rng = random.Random(seed)
    rows = [e for e in public if e.split == "train" and len(join(e).split()) <= _WORDS]
    neighbours = Neighbours(sorted({s for e in rows for s in _sentences(e) if 5 < len(s.split()) < 40}))
    true = [e for e in rows if e.source in ("fever_nli_binary", "mnli_binary") and e.supported]
    rng.shuffle(true)
    counts = {name: int(share * count) for name, count in _MADE.items()}
    pairs = [
        *_take_public(rows, neighbours, rng, share),
        *_bend(true, rng, vocabulary, counts["bent"]),
        *_draw(list(_join_claims(rows, rng)), rng, counts["joined"]),
        *_draw(list(_append(true, neighbours, rng)), rng, counts["appended"]),
        *_draw(list(_rob(rows, rng)), rng, counts["robbed"]),
        *_draw(list(_quote(rows, rng)), rng, counts["quoted"]),
        *_draw(list(_take_guides(corpus, rng, vocabulary)), rng, counts["guides"]),
    ]
    rng.shuffle(pairs)
    return pairs


def _take_public(rows: Sequence[Example], neighbours: Neighbours, rng: random.Random, share: float) -> Iterator[Pair]:
    for row in rows:
        wanted = _SHARES[row.source] * share
        for _ in range(int(wanted) + (rng.random() < wanted % 1)):
            passage = join(row)
            if len(passage.split()) < _SHORT and rng.random() < _PADDED.get(row.source, 0.0):
                passage = _surround(passage, neighbours, rng)
            yield Pair(passage, _open(row.claim, rng), row.supported, row.source)


def _open(claim: str, rng: random.Random) -> str:
    return rng.choice(OPENINGS) + claim if rng.random() < _OPENED else claim


def _surround(passage: str, neighbours: Neighbours, rng: random.Random) -> str:
    around = neighbours.draw(passage, rng, rng.choice((1, 1, 2, 3)))
    place = rng.randint(0, len(around))
    return " ".join((*around[:place], passage, *around[place:]))


def _bend(true: Sequence[Example], rng: random.Random, vocabulary: Vocabulary, count: int) -> list[Pair]:
    """True claims and sentences bent and restated; a bent one comes with its true original now and then."""
    made: list[Pair] = []
    for row in (e for e in true if len(e.claim.split()) > 4):
        if len(made) >= count:
            break
        for bent in bend_public(row, true, rng, vocabulary):
            made.append(Pair(join(row), bent.claim, bent.supported, "bent"))
        said = rng.choice(_sentences(row))
        if rng.random() < 0.6 and 5 < len(said.split()) < 40:
            made.append(Pair(join(row), said, True, "bent"))
    return made[:count]


def _join_claims(rows: Sequence[Example], rng: random.Random) -> Iterator[Pair]:
    """Two claims about one passage as one; it holds if both do."""
    by_passage: dict[str, list[Example]] = defaultdict(list)
    for row in rows:
        if row.source == "fever_nli_binary" and len(row.claim.split()) < 14:
            by_passage[join(row)].append(row)
    for passage, group in by_passage.items():
        if len(group) > 1:
            true = [e for e in group if e.supported]
            first, second = rng.sample(true if len(true) > 1 and rng.random() < 0.8 else group, 2)
            claim = f"{first.claim.rstrip(' .')}{rng.choice(_LINKS)}{second.claim}"
            yield Pair(passage, claim, first.supported and second.supported, "joined")


def _append(true: Sequence[Example], neighbours: Neighbours, rng: random.Random) -> Iterator[Pair]:
    """A true claim with something after it that the passage does not say, and with something that it says."""
    for row in (e for e in true if len(e.claim.split()) < 16):
        said = [s for s in _sentences(row) if 4 < len(s.split()) < 16 and not _stems(s) <= _stems(row.claim)]
        strange = [s for s in neighbours.draw(join(row), rng, 3) if len(_stems(s) - _stems(join(row))) >= 2]
        for more, supported in ((strange, False), (said, True)):
            if more:
                claim = f"{row.claim.rstrip(' .')}{rng.choice(_LINKS)}{rng.choice(more)}"
                yield Pair(join(row), _open(claim, rng), supported, "appended")


def _rob(rows: Sequence[Example], rng: random.Random) -> Iterator[Pair]:
    """Passages without the sentence that has most of a true claim's words, when some then stand nowhere."""
    for row in rows:
        said = _sentences(row)
        if row.supported and row.source in ("fever_nli_binary", "factcheck_stance") and len(said) > 1:
            wanted = _stems(row.claim)
            shares = [len(wanted & _stems(s)) for s in said]
            best = shares.index(max(shares))
            rest = [s for n, s in enumerate(said) if n != best]
            if len(wanted - _stems(" ".join(rest))) >= 2:
                yield Pair(" ".join(rest), row.claim, False, "robbed")
                yield Pair(" ".join(rng.sample([*rest, said[best]], len(said))), row.claim, True, "robbed")


def _quote(rows: Sequence[Example], rng: random.Random) -> Iterator[Pair]:
    """A sentence of a passage as the claim: with the whole passage, and with the passage without it."""
    passages = {join(e): e for e in rows if e.source in ("fever_nli_binary", "factcheck_stance")}
    for passage, row in passages.items():
        said = _sentences(row)
        usable = [s for s in said if 6 < len(s.split()) < 35]
        if len(said) > 1 and usable:
            claim = rng.choice(usable)
            rest = " ".join(s for s in said if s != claim)
            yield Pair(passage, claim, True, "quoted")
            if len(_stems(claim) - _stems(rest)) >= 2:
                yield Pair(rest, claim, False, "quoted")


def _take_guides(corpus: Path, rng: random.Random, vocabulary: Vocabulary) -> Iterator[Pair]:
    for row in bend_guides(corpus, rng, vocabulary):
        if row.split == "train":
            headed = rng.random() < 0.5
            passage = " ".join(say_under_heading(e) if headed else e.sentence.text for e in row.evidence)
            yield Pair(passage, row.claim, row.supported, "guides")


def weigh(pairs: Sequence[Pair]) -> list[float]:
    """Both labels of a source weigh the same, a source by its number of pairs; 1 in the mean."""
    counts: dict[tuple[str, bool], int] = defaultdict(int)
    for pair in pairs:
        counts[pair.source, pair.supported] += 1
    totals = {source: counts[source, True] + counts[source, False] for source, _ in list(counts)}
    return [totals[p.source] / (2 * counts[p.source, p.supported]) for p in pairs]


def _draw(pairs: list[Pair], rng: random.Random, count: int) -> list[Pair]:
    return rng.sample(pairs, min(count, len(pairs)))


def _sentences(row: Example) -> list[str]:
    return [e.sentence.text for e in row.evidence]


def join(row: Example) -> str:
    """The passage of a row."""
    return " ".join(_sentences(row))


def _stems(text: str) -> set[str]:
    return {stem(word) for word, *_ in tokenise(normalise(text)) if is_content(word)}
