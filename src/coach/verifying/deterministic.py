"""A verifier without a model: the evidence's own words, nothing added, nothing turned round."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from coach.types import Evidence, Judgement
from coach.verifying.reading import Reading, Word, is_weighty, read_claim, read_evidence
from coach.verifying.vetoes import Veto, find_vetoes
from coach.verifying.words import get_same, normalise
from coach.vocabulary import Vocabulary

NAME = "deterministic"


class DeterministicVerifier:
    """Supports a claim when it is a quote, or when all its content words stand in one quote and no check objects."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Keep the vocabulary and remember the quotes read last."""
        self._vocabulary = vocabulary
        self._adapted: DeterministicVerifier | None = None
        self._read = lru_cache(maxsize=4096)(lambda evidence: read_evidence(evidence, vocabulary))

    @property
    def name(self) -> str:
        """How settings and answers call this verifier."""
        return NAME

    def for_vocabulary(self, vocabulary: Vocabulary) -> DeterministicVerifier:
        """The same verifier reading with other words; the last one made is kept, with the quotes it has read."""
        if vocabulary is self._vocabulary:
            return self
        adapted = self._adapted
        if adapted is None or adapted._vocabulary is not vocabulary:
            self._adapted = adapted = DeterministicVerifier(vocabulary)
        return adapted

    def verify(self, pairs: Sequence[tuple[str, Sequence[Evidence]]]) -> list[Judgement]:
        """Judge each claim by its evidence; never raises for text of any kind."""
        return [self._judge(claim, evidence) for claim, evidence in pairs]

    def read(self, claim: str, evidence: Sequence[Evidence]) -> tuple[Reading, list[Reading]]:
        """The claim and its evidence taken apart, for verifiers that build on this one."""
        return read_claim(claim, self._vocabulary), [self._read(e) for e in evidence]

    def _judge(self, claim: str, evidence: Sequence[Evidence]) -> Judgement:
        if not evidence:
            return Judgement("not_enough_info", 0.0, "it cites nothing")
        if is_quote(claim, evidence):
            return Judgement("supported", 1.0, "the guide's own words")
        own, quotes = self.read(claim, evidence)
        return judge_readings(own, quotes, find_vetoes(own, quotes))


def judge_readings(claim: Reading, evidence: Sequence[Reading], vetoes: Sequence[Veto]) -> Judgement:
    """Decide by vetoes first, then by the words: every weighty one in the evidence, every clause in one quote."""
    if vetoes:
        return Judgement(vetoes[0].verdict, 0.05, vetoes[0].why)
    words = [w for w in claim.words if is_weighty(w.stem)]
    if len({w.stem for w in words} | claim.roles) + len(claim.quantities) < 2:
        return Judgement("not_enough_info", 0.0, "it says nothing that could be checked")
    missing = [w for w in words if not any(vouches(e, w.stem) for e in evidence)]
    if missing:
        share = 1 - len(missing) / len(words)
        return Judgement(
            "not_enough_info", round(0.5 * share, 3), f'the quoted words do not say "{_spell(claim, missing[0])}"'
        )
    if is_scattered(claim, evidence):
        return Judgement("not_enough_info", 0.4, "its parts are said of different things")
    return Judgement("supported", 0.95, "its words stand in the quote")


def is_quote(claim: str, evidence: Sequence[Evidence]) -> bool:
    """Whether the claim is one of the quotes, but for case, blanks, dashes and the final stop.

    A quote that borrows its subject from the headings it stands under ("Director, scope: manages ...") is
    still nothing but the guide's own words.
    """
    plain = _plain(claim)
    return bool(plain) and any(plain in _wordings(e) for e in evidence)


def _wordings(evidence: Evidence) -> set[str]:
    """The quote alone and under its innermost one or two headings."""
    said = evidence.sentence
    labels = [", ".join(h.strip(" :") for h in said.headings[-depth:]) for depth in (1, 2) if said.headings]
    return {_plain(said.text), *(_plain(f"{label}: {said.text}") for label in labels)}


def vouches(evidence: Reading, one: str) -> bool:
    """Whether a quote with its headings has this stem or one that may stand for it.

    Words that only tell one role from another do not count: an "engineering manager" is no engineer.
    """
    return bool(get_same(one) & evidence.vouching)


def is_scattered(claim: Reading, evidence: Sequence[Reading]) -> bool:
    """Whether some clause of the claim has its words from no single quote but from several."""
    if len(evidence) < 2:
        return False
    parts = [[w.stem for w in c.words if is_weighty(w.stem)] for c in claim.clauses]
    bare = {r for c, part in zip(claim.clauses, parts, strict=True) if not part for r in c.roles}
    if not any(bare <= e.roles for e in evidence):  # a list of roles, such as a career path, stands in one place
        return True
    return not all(any(all(vouches(e, s) for s in part) for e in evidence) for part in parts)


def _plain(text: str) -> str:
    return normalise(text).strip(" .;:,!-")


def _spell(claim: Reading, word: Word) -> str:
    return claim.normal[word.start : word.end]
