from __future__ import annotations

from collections import Counter

from coach.eval.dataset import load_dataset
from coach.eval.lies import Lies, measure_gate, to_confusion, to_metrics
from coach.fakes import EMPTY_SCORE, GateScore


def test_the_confusion_has_a_row_for_each_kind_told():
    told = Counter({(False, "number"): 10, (True, "said as it stands"): 4, (False, "role"): 2})
    score = GateScore(4, 3, 12, 11, Counter(number=1), Counter({"said as it stands": 1}), told)
    assert to_confusion(score) == [
        ("false", "number", 10, 1),
        ("false", "role", 2, 0),
        ("true", "said as it stands", 4, 3),
    ]
    assert to_metrics(Lies(score, ())) == {
        "false_claims_shown": 1 - 11 / 12,
        "true_claims_kept": 0.75,
        "gate_recall": 11 / 12,
        "gate_precision": 11 / 12,
    }
    assert set(to_metrics(Lies(EMPTY_SCORE, ())).values()) == {None}


def test_a_coach_whose_model_lies_shows_next_to_nothing_false(built_coach):
    score = measure_gate(built_coach, load_dataset("guides-dev").samples, count=6, ending=None).score
    assert score.false_said > 50 and score.true_said > 20
    assert len({kind for true, kind in score.told if not true}) >= 6
    assert score.dropped_share > 0.97, score.slipped
    assert score.kept_share > 0.9, score.lost
