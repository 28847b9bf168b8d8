from __future__ import annotations

from collections.abc import Sequence

import pytest

from coach.errors import ModelError
from coach.types import Evidence, Sentence
from coach.verifying.base import Case
from coach.verifying.checked import CheckedVerifier, allow_for
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
SAID = "An engineering manager looks after engineering budgets and leads 5 to 8 engineers."


class FixedScorer:
    """Gives one score to every case and remembers which were put to it."""

    name = "fixed"
    threshold = 0.5

    def __init__(self, score: float) -> None:
        self.history: list[list[str]] = []
        self._score = score

    def score(self, cases: Sequence[Case]) -> list[float]:
        self.history.append([c.claim for c in cases])
        return [self._score] * len(cases)


class DownScorer(FixedScorer):
    def score(self, cases: Sequence[Case]) -> list[float]:
        raise ModelError("The judge is down.")


def quote(text: str = SAID) -> Evidence:
    return Evidence("d", "A guide", "s", Sentence(text, 0, len(text)))


def judge(claim: str, score: float = 0.9):
    scorer = FixedScorer(score)
    return CheckedVerifier(VOCABULARY, scorer).verify([(claim, [quote()])])[0], scorer.history


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        (SAID, "supported"),
        ("An engineering manager looks after budgets.", "supported"),
        ("An engineering manager leads 50 engineers.", "refuted"),
        ("A director looks after every penny of the budgets.", "not_enough_info"),
        ("So it is.", "not_enough_info"),
    ],
)
def test_a_claim_that_words_and_checks_decide_is_not_put_to_the_scorer(claim, verdict):
    judgement, history = judge(claim)
    assert (judgement.verdict, history) == (verdict, [[]])


@pytest.mark.parametrize(("score", "verdict"), [(0.5, "supported"), (0.49, "not_enough_info")])
def test_what_is_left_open_is_decided_by_the_score(score, verdict):
    judgement, history = judge("An engineering manager watches spending.", score)
    assert (judgement.verdict, judgement.score) == (verdict, score)
    assert history == [["An engineering manager watches spending."]]


def test_all_open_claims_are_scored_at_once_and_keep_their_order():
    scorer = FixedScorer(0.8)
    pairs = [("Managers watch spending.", [quote()]), (SAID, [quote()]), ("x", []), ("Bosses mind money.", [quote()])]
    judged = CheckedVerifier(VOCABULARY, scorer).verify(pairs)
    assert [j.score for j in judged] == [0.8, 1.0, 0.0, 0.8]
    assert scorer.history == [["Managers watch spending.", "Bosses mind money."]]


def test_a_claim_of_two_sentences_is_as_good_as_the_weaker():
    judgement, _ = judge(f"{SAID} An engineering manager leads 50 engineers.")
    assert judgement.verdict == "refuted"
    judgement, _ = judge(f"{SAID} Bosses mind the weather.", 0.3)
    assert (judgement.verdict, judgement.score) == ("not_enough_info", 0.3)


def test_of_many_sentences_each_is_expected_to_hold():
    # of three sentences each holds in 2 ** -0.5 = 0.707 cases: odds of 2.414 to 1, and 0.3 is odds of 0.4286
    assert allow_for(0.3, 3) == pytest.approx(0.4286 * 2.4142 / (1 + 0.4286 * 2.4142), abs=1e-3)
    assert [allow_for(0.3, n) for n in (1, 2)] == [0.3, 0.3]
    assert [allow_for(score, 9) for score in (0.0, 1.0)] == [0.0, 1.0]
    ordered = [allow_for(0.3, n) for n in range(2, 9)]
    assert ordered == sorted(ordered)
    judgement, _ = judge("Bosses mind money. Bosses mind clocks. Bosses mind walls. Bosses mind noise.", 0.3)
    assert (judgement.verdict, judgement.score) == ("supported", round(allow_for(0.3, 4), 3))


def test_a_scorer_that_is_down_is_not_hidden():
    with pytest.raises(ModelError):
        CheckedVerifier(VOCABULARY, DownScorer(0.9)).verify([("Managers watch spending.", [quote()])])
