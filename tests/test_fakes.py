from __future__ import annotations

import itertools
import random
from collections import Counter
from pathlib import Path

import pytest

from coach.chunking import chunk_document
from coach.composing.written import write
from coach.errors import ModelError
from coach.fakes import EMPTY_SCORE, GateScore, LyingModel, Said, ScriptedModel, score_gate
from coach.grounding import Grounded, assemble, ground
from coach.loading import load_folder
from coach.model.chat import LangChainChatModel
from coach.types import Claim, Draft, DroppedClaim, Evidence
from coach.verifying import DeterministicVerifier
from coach.vocabulary import load_vocabulary

PROMPT = """Evidence:
[1] (Guide > Sizes) An engineering manager leads 5 to 8 engineers.
[2] (Guide) A tech lead reviews code."""
VOCABULARY = load_vocabulary()


def test_a_scripted_model_says_its_texts_in_turn_and_keeps_a_history():
    model = ScriptedModel(texts=["first answer", "second"])
    assert [model.invoke(q).content for q in "abc"] == ["first answer", "second", "first answer"]
    assert "".join(str(piece.content) for piece in model.stream("d")) == "second"
    assert [messages[0].content for messages in model.history] == ["a", "b", "c", "d"]


def test_a_lying_model_says_the_same_again_from_the_same_seed():
    first, second = (LyingModel(seed=4, ending="complete") for _ in range(2))
    assert first.invoke(PROMPT).content == second.invoke(PROMPT).content
    assert first.invoke(PROMPT).content != first.invoke(PROMPT).content
    assert len(first.history) == 3
    assert first.said[:1] == second.said
    assert Said("A tech lead reviews code.", True, "said as it stands") in first.said[0]
    assert {s.true for s in first.said[0]} == {True, False}


def test_a_lying_model_can_die_go_on_for_ever_and_break_its_json():
    with pytest.raises(ConnectionError):
        list(LyingModel(ending="dies").stream(PROMPT))
    endless = LyingModel(ending="endless").stream(PROMPT)
    assert len(list(itertools.islice(endless, 5000))) == 5000
    assert str(LyingModel(ending="broken_json").invoke(PROMPT).content).endswith('"citations": [1')
    assert isinstance(LyingModel(ending="complete").invoke("no evidence at all").content, str)


def _claim(text: str) -> Claim:
    return Claim(text, 0, len(text), (1,), "supported", 1.0)


def test_the_score_of_a_gate_by_hand():
    said = [Said("A.", True, "q"), Said("B.", True, "dash"), Said("C.", False, "role"), Said("D.", False, "number")]
    grounded = Grounded("", (_claim("A"), _claim("C."), _claim("E.")), (), (DroppedClaim("B.", "refuted", ""),))
    score = score_gate([*said, Said("F.", True, "q")], grounded)
    assert (score.true_said, score.true_kept, score.false_said, score.false_dropped) == (2, 1, 2, 0)
    assert (score.slipped, score.lost) == (Counter(role=1, unknown=1), Counter(dash=1))
    assert score.wrong == ((False, "role", "c"), (False, "unknown", "e"), (True, "dash", "b"))
    both = score + score
    assert (both.true_said, both.slipped["role"], both.kept_share, both.dropped_share) == (4, 2, 0.5, 0.0)
    assert (EMPTY_SCORE.kept_share, EMPTY_SCORE.dropped_share) == (None, None)
    # Of 10 falsehoods 8 are dropped, and 2 of 12 true sentences with them: recall 8/10, precision 8/10.
    gate = GateScore(12, 10, 10, 8, Counter(), Counter())
    assert (gate.dropped_share, gate.dropped_rightly_share) == (0.8, 0.8)
    assert EMPTY_SCORE.dropped_rightly_share is None


def test_of_200_lying_answers_the_gate_drops_the_false_and_keeps_the_true(corpus: Path):
    documents = {d.id: d for d in load_folder(corpus, collection="guides").documents}
    everything = [
        Evidence(d.id, d.title, d.source, s)
        for d in documents.values()
        for c in chunk_document(d, vocabulary=VOCABULARY, size=900, overlap=0)
        for s in c.sentences
    ]
    rng, model, verifier, total = random.Random(11), LyingModel(seed=11), DeterministicVerifier(VOCABULARY), EMPTY_SCORE
    for _ in range(200):
        evidence = rng.sample(everything, 6)
        drafts: list[Draft] = []
        try:
            drafts.extend(write("What does a manager do?", evidence, LangChainChatModel("lying", model)))
        except ModelError:
            pass  # it died half-way; what it said before is judged all the same
        total += score_gate(
            model.said[-1], assemble(ground(drafts, verifier=verifier, get_document=documents.__getitem__))
        )
    assert total.false_said > 2000
    assert total.true_said > 1500
    assert total.dropped_share is not None
    assert total.kept_share is not None
    assert total.dropped_share >= 0.99, total.slipped
    assert total.kept_share >= 0.95, total.lost
    assert isinstance(total, GateScore)
    assert not total.slipped["unknown"]
