"""A verifier that asks a model only where the checks and the words do not decide."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

from coach.sentences import split_sentences
from coach.types import Evidence, Judgement
from coach.verifying.base import Case, Scorer
from coach.verifying.deterministic import DeterministicVerifier, is_quote, judge_readings
from coach.verifying.finality import find_final
from coach.verifying.vetoes import find_vetoes
from coach.vocabulary import Vocabulary


class CheckedVerifier:
    """Quotes first, then final vetoes and full coverage, then a scorer; a claim is as good as its weakest sentence."""

    def __init__(self, vocabulary: Vocabulary, scorer: Scorer) -> None:
        """Keep the scorer; it loads what it needs when it is first asked."""
        self._checks = DeterministicVerifier(vocabulary)
        self._scorer = scorer

    def for_vocabulary(self, vocabulary: Vocabulary) -> CheckedVerifier:
        """The same verifier reading with other words; scorer and quotes already read are shared."""
        other = copy(self)
        other._checks = self._checks.for_vocabulary(vocabulary)
        return other

    @property
    def name(self) -> str:
        """How settings and answers call this verifier."""
        return self._scorer.name

    def verify(self, pairs: Sequence[tuple[str, Sequence[Evidence]]]) -> list[Judgement]:
        """Judge each claim by its evidence, in order; the scorer is asked once for all that is open.

        Raises what the scorer raises when its model cannot be asked.
        """
        parts = [
            (n, len(split), part, tuple(evidence))
            for n, (claim, evidence) in enumerate(pairs)
            for split in [_split(claim)]
            for part in split
        ]
        first = [self._judge(part, evidence) for *_, part, evidence in parts]
        scores = iter(self._scorer.score([case for _, case in first if case is not None]))
        judged: list[list[Judgement]] = [[] for _ in pairs]
        for (n, count, *_), (judgement, case) in zip(parts, first, strict=True):
            judged[n].append(judgement if case is None else self._decide(allow_for(next(scores), count), judgement))
        return [min(group, key=lambda j: (j.verdict == "supported", j.score)) for group in judged]

    def _judge(self, claim: str, evidence: tuple[Evidence, ...]) -> tuple[Judgement, Case | None]:
        """What can be said without the scorer, and the case to put to it if that is not enough."""
        if not evidence:
            return Judgement("not_enough_info", 0.0, "it cites nothing"), None
        if is_quote(claim, evidence):
            return Judgement("supported", 1.0, "the guide's own words"), None
        own, quotes = self._checks.read(claim, evidence)
        vetoes = find_vetoes(own, quotes)
        final = find_final(vetoes, own, quotes)
        judgement = judge_readings(own, quotes, (final,) if final else vetoes)
        decided = final is not None or judgement.verdict == "supported" or not own.stems
        return judgement, None if decided else Case(claim, evidence, own, tuple(quotes))

    def _decide(self, score: float, by_words: Judgement) -> Judgement:
        if score >= self._scorer.threshold:
            return Judgement("supported", round(score, 3), "the quoted words say so in another way")
        return Judgement(by_words.verdict, round(score, 3), by_words.why)


def allow_for(score: float, sentences: int) -> float:
    """The score of one sentence of several, when the claim as a whole is as likely to be supported as not.

    A scorer is calibrated at even odds. Of an answer of six sentences that holds as a whole in one case of two, each
    sentence holds in nine cases of ten: its odds are raised by as much. Up to two sentences nothing is allowed for,
    so that half a truth is judged as sharply as a lie.
    """
    if sentences < 3 or not 0.0 < score < 1.0:
        return score
    before = 2 ** (-1 / (sentences - 1))
    odds = score / (1 - score) * before / (1 - before)
    return odds / (1 + odds)


def _split(claim: str) -> list[str]:
    return [claim[start:end] for start, end in split_sentences(claim)] or [claim]
