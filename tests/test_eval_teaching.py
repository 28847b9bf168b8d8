from __future__ import annotations

import re

import numpy as np
import pytest

from coach.embedding import PACKAGED_MODEL, TAUGHT_MODEL, SentenceTransformerEmbedder
from coach.eval.dataset import DatasetError
from coach.eval.teach_embedder import Plan, cut_lessons, measure, teach
from coach.eval.teaching import TeachingGuide, load_guides
from coach.eval.teaching_set import write_set
from coach.paths import get_shipped_corpus

GUIDE = """\
TITLE: Keeping bees
## The hive
1. A hive holds forty thousand bees in summer.
2. A beekeeper opens the hive once a week.
## The honey
3. Honey is taken in July.
Q 1: how many of them live in there
Q 2,3: whats there to do
N: what does a hive cost
"""


def write_guide(folder, text=GUIDE):
    (folder / "bees.txt").write_text(text, encoding="utf-8")
    return folder


def test_a_guide_is_read_with_headings_questions_and_what_it_does_not_answer(tmp_path):
    (guide,) = load_guides(write_guide(tmp_path))
    assert guide.title == "Keeping bees"
    assert (guide.sentences[3], guide.headings[3]) == ("Honey is taken in July.", "The honey")
    assert guide.questions == [("how many of them live in there", (1,)), ("whats there to do", (2, 3))]
    assert guide.unanswered == ["what does a hive cost"]


def test_a_pass_asks_every_question_once_beside_the_sentences_of_its_guide():
    guides = load_guides()[:9]
    plan = Plan(guides=2, questions=5)
    batches = cut_lessons(guides, plan, 0)
    assert all(len(batch) <= 2 and len(lesson.questions) <= 5 for batch in batches for lesson in batch)
    asked = [
        (question, tuple(lesson.sentences[n] for n in places))
        for batch in batches
        for lesson in batch
        for question, places in lesson.questions
    ]
    expected = [(q, tuple(g.sentences[n] for n in answers)) for g in guides for q, answers in g.questions]
    assert sorted(asked) == sorted(expected)
    assert cut_lessons(guides, plan, 1) != batches == cut_lessons(guides, plan, 0)


@pytest.mark.parametrize(
    ("line", "told"),
    [("Q 9: and this", "line 4: the guide has no sentence 9"), ("what is this", "line 4: this is no title")],
)
def test_what_cannot_be_read_is_told_with_file_and_line(tmp_path, line, told):
    with pytest.raises(DatasetError, match=rf"bees.txt, {re.escape(told)}"):
        load_guides(write_guide(tmp_path, "TITLE: A\n\n1. B.\n" + line + "\n"))
    with pytest.raises(DatasetError, match="no teaching guides"):
        load_guides(tmp_path / "none")


def test_the_shipped_guides_can_be_read_and_some_are_kept_aside():
    guides = load_guides()
    assert len({g.title for g in guides}) == len(guides)
    assert 0.1 < sum(g.is_test for g in guides) / len(guides) < 0.25
    assert all(len(g.questions) >= 12 for g in guides)


def test_what_is_asked_of_the_guides_that_ship_still_stands_in_them():
    text = " ".join(" ".join(p.read_text(encoding="utf-8") for p in get_shipped_corpus().glob("*.md")).split())
    ours = [g for g in load_guides() if g.ships]
    assert ours and not any(g.is_test for g in ours)
    assert [s for g in ours for s in g.sentences.values() if s not in text] == []


def test_no_question_of_the_datasets_teaches():
    from coach.eval.dataset import load_dataset

    taught = {question.casefold() for g in load_guides() for question, _ in g.questions}
    for name in ("guides-dev", "guides-fit", "guides-test", "kitchen"):
        assert not taught & {s.question.casefold() for s in load_dataset(name).samples}, name


def test_the_guides_kept_aside_become_a_collection_with_questions(tmp_path):
    from coach.eval.dataset import load_dataset

    (guide,) = load_guides(write_guide(tmp_path))
    corpus, questions = write_set([guide], tmp_path / "set")
    text = (corpus / "keeping-bees.md").read_text(encoding="utf-8")
    assert text.startswith("# Keeping bees\n\n## The hive\n\nA hive holds")
    first, second, third = load_dataset(questions).samples
    assert first.facts[0].any_of[0].search(text) and first.gold[0].quote in text
    assert (second.kind, second.min_facts, third.expect) == ("synthesis", 1, "abstain")


def test_a_place_counts_from_the_nearest_sentence():
    guide = TeachingGuide("a", False, {1: "one", 2: "two"}, {}, [("first", (1,)), ("second", (2,))])
    vectors = {"one": (1, 0), "two": (0, 1), "first": (1, 0.5), "second": (1, 0.5)}
    found = measure([guide], lambda texts: np.asarray([vectors[t] for t in texts], dtype=float))
    assert found == {"hit@1": 0.5, "hit@5": 1.0, "reciprocal_rank": 0.75}


def test_teaching_draws_a_question_to_its_answer(tmp_path):
    path = tmp_path / "weights.safetensors"
    guide = load_guides(write_guide(tmp_path))[0]
    before = measure_cosine(SentenceTransformerEmbedder(PACKAGED_MODEL), guide)
    told: list[str] = []
    teach([guide], Plan(passes=12, frozen=4), say=told.append, path=path)
    after = measure_cosine(SentenceTransformerEmbedder(TAUGHT_MODEL, weights=path), guide)
    assert after > before + 0.05
    assert path.stat().st_size < 4_000_000


def measure_cosine(embedder, guide):
    """How much nearer the first question lies to its answer than to the other sentences."""
    question, *sentences = embedder.embed([guide.questions[0][0], *guide.sentences.values()])
    own, *others = (float(question @ s) for s in sentences)
    return own - max(others)
