from __future__ import annotations

import numpy as np
import pytest

from coach.embedding import PACKAGED_MODEL, SentenceTransformerEmbedder
from coach.errors import SettingsError
from coach.types import Evidence, Sentence
from coach.verifying.base import Case
from coach.verifying.deterministic import DeterministicVerifier
from coach.verifying.features import NAMES
from coach.verifying.learned import LearnedScorer, ask
from coach.vocabulary import load_vocabulary

CHECKS = DeterministicVerifier(load_vocabulary())
SAID = "An engineering manager meets every engineer of the team once a week and writes down what was agreed."
TRUE = "Each week the manager talks with all of the team's engineers."


class FixedEntailer:
    """Gives every pair the same logit and remembers what it was asked."""

    def __init__(self, logit: float = 0.0) -> None:
        self.history: list[list[tuple[str, str]]] = []
        self._logit = logit

    def score(self, pairs):
        self.history.append(list(pairs))
        return [self._logit] * len(pairs)


def make_case(claim: str, *said: str) -> Case:
    evidence = tuple(Evidence("", "", "", Sentence(text, 0, len(text))) for text in said)
    own, quotes = CHECKS.read(claim, evidence)
    return Case(claim, evidence, own, tuple(quotes))


@pytest.fixture(scope="module")
def embedder() -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(PACKAGED_MODEL)


def test_the_encoder_is_asked_once_for_all_claims_and_the_best_window_counts():
    entailer = FixedEntailer(1.5)
    long = [f"Sentence {n} speaks of bread and butter and of nothing else that anybody asked about." for n in range(30)]
    logits = ask(entailer, [make_case(TRUE, SAID), make_case("It rains.", *long), make_case("It rains.")])
    assert logits[:2] == [1.5, 1.5] and logits[2] < 0  # without evidence nothing speaks for a claim
    assert len(entailer.history) == 1
    assert entailer.history[0][0] == (SAID, TRUE)


def test_what_the_encoder_says_for_a_claim_never_speaks_against_it(embedder):
    case = make_case(TRUE, SAID)
    scores = [LearnedScorer(embedder, FixedEntailer(logit)).score([case])[0] for logit in (-4.0, 0.0, 4.0)]
    assert scores == sorted(scores) and scores[0] < scores[-1]


def test_a_claim_scores_the_same_alone_and_among_others(embedder):
    cases = [make_case(TRUE, SAID), make_case("The manager hires a lawyer for every engineer.", SAID)]
    scorer = LearnedScorer(embedder)
    together = scorer.score(cases)
    assert [scorer.score([case])[0] for case in cases] == pytest.approx(together, abs=1e-3)
    assert together[0] > scorer.threshold > together[1]
    assert scorer.describe(cases).shape == (2, len(NAMES))
    assert np.isfinite(scorer.describe(cases)).all()


def test_without_claims_nothing_is_loaded(tmp_path):
    assert LearnedScorer(SentenceTransformerEmbedder("no/such"), path=tmp_path / "nowhere.npz").score([]) == []


def test_trees_that_are_missing_are_told(embedder, tmp_path):
    with pytest.raises(SettingsError, match=r"nowhere.npz"):
        LearnedScorer(embedder, FixedEntailer(), path=tmp_path / "nowhere.npz").score([make_case(TRUE, SAID)])
