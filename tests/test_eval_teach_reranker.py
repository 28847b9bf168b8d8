"""Teaching the reranker: what a lesson holds, that it learns, and how it is measured."""

from __future__ import annotations

import random

import pytest

from coach.embedding import SentenceTransformerEmbedder, get_packaged_folder
from coach.encoder.scoring import PairScorer
from coach.eval.teach_reranker import Asked, Plan, draw_lesson, measure, prepare, teach
from coach.eval.teaching import TeachingGuide
from coach.retrieval.reranker import ANSWERING

GUIDE = TeachingGuide(
    "Keeping bees",
    sentences={n: f"A hive of kind {n} holds {n} frames." for n in range(1, 21)} | {21: "Bees are fed in winter."},
    headings=dict.fromkeys(range(1, 22), "The hive"),
    questions=[("do they need food when it is cold", (21,)), ("how big is kind 3", (3,))],
    unanswered=["what does a hive cost"],
)


@pytest.fixture(scope="module")
def asked() -> list[Asked]:
    return prepare([GUIDE], SentenceTransformerEmbedder().embed)


def test_every_question_stands_beside_all_sentences_of_its_guide_nearest_first(asked):
    assert [(a.question, a.is_answered) for a in asked] == [
        ("do they need food when it is cold", True),
        ("how big is kind 3", True),
        ("what does a hive cost", False),
    ]
    assert asked[0].nearest[0] == ("The hive. Bees are fed in winter.", True)
    assert all(len(a.nearest) == 21 for a in asked)


def test_a_lesson_holds_what_answers_and_mostly_what_is_near(asked):
    question, sentences = draw_lesson(asked[1], Plan(), random.Random(0))
    assert question == "how big is kind 3" and len(sentences) == Plan().sentences
    assert [s for s, answers in sentences if answers] == ["The hive. A hive of kind 3 holds 3 frames."]
    assert len({s for s, _ in sentences}) == len(sentences)
    assert draw_lesson(asked[1], Plan(), random.Random(0)) == (question, sentences)


def test_measuring_counts_places_and_tells_answered_questions_from_others():
    rows = [
        Asked("a", (("near", False), ("right", True)), is_answered=True),
        Asked("b", (("near", False), ("far", False)), is_answered=False),
    ]
    found = measure(rows, lambda pairs: [2.0 if s == "right" else -1.0 for s, _ in pairs])
    assert found == {"reciprocal_rank_nearest": 0.5, "reciprocal_rank": 1.0, "auc_of_answered": 1.0}


def test_teaching_raises_the_answer_above_the_others(asked, tmp_path):
    path, told = tmp_path / "weights.safetensors", list[str]()
    teach(asked, Plan(steps=8, questions=2), say=told.append, folder=get_packaged_folder(), path=path)
    (sentence, _), *others = asked[0].nearest
    answer, *rest = PairScorer(ANSWERING, path).score(
        [(s, asked[0].question) for s in (sentence, *(o for o, _ in others))]
    )
    assert answer > max(rest)
    assert path.stat().st_size < 8_000_000 and "written" in told[-1]
