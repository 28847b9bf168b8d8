"""Judges give opinions; whatever is no opinion is unscored, whichever judge it is."""

from __future__ import annotations

import pytest

from coach import load_settings
from coach.errors import ModelError, NotFoundError, SettingsError
from coach.eval import judging
from coach.eval.judging import Opinion, get_judge, judge_by_words, judge_with, opinion_of_score
from coach.eval.labelled import Labelled
from coach.types import Judgement

QUOTE = ("ladder", "A director of engineering leads 15 to 50 engineers.")
CLAIMS = [
    Labelled("a", "", (QUOTE,), "A director of engineering leads 15 to 50 engineers.", True),
    Labelled("b", "", (QUOTE,), "A director of engineering leads 900 engineers.", False),
]


@pytest.mark.parametrize("score", [float("nan"), float("inf"), -0.1, 1.1, None, "1", True, [1]])
def test_what_is_no_score_is_unscored(score):
    assert opinion_of_score(score).supported is None and opinion_of_score(score).why


def test_a_score_is_an_opinion_from_a_half_on():
    assert opinion_of_score(0.5) == Opinion(True, 0.5)
    assert opinion_of_score(0) == Opinion(False, 0.0)


def test_the_word_judge_and_the_deterministic_verifier_have_opinions_without_any_model():
    assert [o.supported for o in judge_by_words(CLAIMS)] == [True, False]
    name, judge = get_judge("deterministic", load_settings())
    assert name == "deterministic" and [o.supported for o in judge(CLAIMS)] == [True, False]


class Verifier:
    """Gives each verdict it was told to, or raises."""

    name = "scripted"

    def __init__(self, *said):
        self.said = iter(said)

    def verify(self, pairs):
        one = next(self.said)
        if isinstance(one, Exception):
            raise one
        return [one]


def test_a_failure_costs_the_claim_it_happened_on_and_no_other():
    verifier = Verifier(
        ModelError("The judge gave no verdict."),
        Judgement("supported", 0.9),
        Judgement("unchecked", 0.0, "down"),
        Judgement("refuted", float("nan")),
        Judgement("not_enough_info", 0.1, "x"),
    )
    opinions = judge_with(verifier)([CLAIMS[0]] * 5)
    assert [o.supported for o in opinions] == [None, True, None, None, False]
    assert "no verdict" in opinions[0].why and opinions[2].why == "down"


class Model:
    name = "scripted"

    def __init__(self, *replies):
        self.replies = iter(replies)

    def stream(self, system, user):
        said = next(self.replies)
        if isinstance(said, Exception):
            raise said
        yield from said


def test_a_chat_model_is_asked_alone_and_believed_only_in_one_word(monkeypatch):
    from coach.verifying.judge import JudgeScorer

    class Wrapped:
        _scorer = JudgeScorer(Model("SUPPORTED", "unsupported.", "Hard to say", "", ModelError("slow")))

    monkeypatch.setattr(judging, "_get_verifier", lambda *_: Wrapped)
    _, judge = get_judge("judge:openai:x", load_settings())
    opinions = judge([CLAIMS[1], *[CLAIMS[0]] * 4])
    assert [o.supported for o in opinions] == [True, False, None, None, None], "no veto speaks for the model"


@pytest.mark.parametrize("name", ["nobody", ""])
def test_there_is_no_such_judge(name):
    with pytest.raises(NotFoundError, match="There is no judge"):
        get_judge(name, load_settings())


def test_a_judge_without_a_name_of_a_model_says_so():
    with pytest.raises(SettingsError):
        get_judge("judge:", load_settings())
