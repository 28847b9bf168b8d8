"""Reading question and sentence together: what ships, and what the decision and the order make of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coach import sufficiency
from coach.errors import SettingsError
from coach.retrieval.evidence import weigh_evidence
from coach.retrieval.ranking import load_weights, rank_read
from coach.retrieval.reranker import Reranker, show
from coach.sufficiency import READ, decide, estimate_read, is_open
from coach.types import Sentence


class FixedReranker:
    """Says the same of every sentence and counts the questions."""

    def __init__(self, logit: float) -> None:
        self.logit, self.asked = logit, []

    def score(self, question, sentences):
        self.asked.append((question, len(sentences)))
        return [self.logit] * len(sentences)


def make_sentence(text: str, *headings: str) -> Sentence:
    return Sentence(text, 0, len(text), headings)


def test_the_shipped_weights_tell_an_answer_in_other_words_from_what_is_merely_near():
    answer, near, far = Reranker().score(
        "sales keeps pinging my devs all day, is it on me to stop that?",
        [
            make_sentence("An engineering manager shields the team from external churn and from distractions."),
            make_sentence("An engineering manager talks with sales about the dates of the next release."),
            make_sentence("A principal engineer sets the technical direction for several years."),
        ],
    )
    assert answer > near > far


def test_a_sentence_is_read_after_its_innermost_heading():
    assert show("It rains.", ("Weather", "In the north")) == "In the north. It rains."
    assert show("It rains.", ()) == "It rains."


def test_weights_that_are_missing_are_told_with_what_to_do(tmp_path):
    with pytest.raises(SettingsError, match=r"reranker nowhere cannot be read.*teach-reranker"):
        Reranker(tmp_path / "nowhere").score("who?", [make_sentence("Nobody.")])


@pytest.fixture
def found(built_coach):
    return built_coach.parts.retriever.search("Who is judged by how healthy the team is?")


def test_the_order_follows_what_was_read_and_nothing_else_moves(found, monkeypatch):
    weighed = weigh_evidence(found)
    monkeypatch.setattr("coach.retrieval.ranking.load_weights", lambda: {"reading": 1.0})
    logits = [-9.0, -9.0, 9.0, -9.0]
    read = rank_read(weighed, logits)
    assert read[0].key == weighed[2].key and read[0].score == pytest.approx(weighed[0].score)
    assert [w.key for w in read[4:]] == [w.key for w in weighed[4:]]
    scores = [w.score for w in read]
    assert scores == sorted(scores, reverse=True)
    assert rank_read(weighed, []) == weighed


def test_the_fitted_weight_of_reading_is_one_that_did_better_than_none():
    told = load_weights()
    chosen = told["cross_validated"][f"read_{told['reading']}"]
    assert chosen["reciprocal_rank"] > told["cross_validated"]["fitted"]["reciprocal_rank"]


@pytest.mark.parametrize(("odds", "is_read"), [(0.01, False), (0.3, True), (0.99, False)])
def test_sentences_are_read_only_where_the_signals_leave_it_open(found, monkeypatch, odds, is_read):
    monkeypatch.setattr(sufficiency, "estimate", lambda signals: odds)
    reranker = FixedReranker(0.0)
    decision = decide(replace(found, reranker=reranker), weigh_evidence(found))
    assert bool(reranker.asked) is bool(decision.logits) is is_read
    if is_read:
        assert reranker.asked == [(found.query.texts[0], READ)]


def test_what_was_read_decides_an_open_question(found, monkeypatch):
    monkeypatch.setattr(sufficiency, "estimate", lambda signals: sufficiency.load_weights()["threshold"])
    weighed = weigh_evidence(found)
    sure = decide(replace(found, reranker=FixedReranker(4.0)), weighed)
    unsure = decide(replace(found, reranker=FixedReranker(-8.0)), weighed)
    assert sure.reason is None and unsure.reason == "not_covered"
    assert sure.probability > unsure.probability


def test_a_surer_reading_never_speaks_against_answering():
    fitted = sufficiency.load_weights()["reading"]
    assert min(fitted["odds"], fitted["highest"]) > 0
    assert estimate_read(0.4, [0.5, 2.0]) > estimate_read(0.4, [1.0, 1.0]) > estimate_read(0.3, [1.0, 0.0])
    assert is_open(0.5) and not is_open(0.0) and not is_open(1.0)


def test_what_shares_no_word_and_reads_like_no_answer_is_none(built_coach):
    decision = decide(*built_coach.look_up("does a director need a university degree?"))
    assert decision.reason == "not_covered" and decision.signals.hits == 0
    assert decision.probability > sufficiency.load_weights()["threshold"]  # the figures alone would have answered
