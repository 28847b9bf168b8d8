"""Chunks follow structure, hold exact slices and lose nothing."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.chunking import chunk_document
from coach.loading.assembling import assemble, thread
from coach.loading.markdown import parse_markdown
from coach.types import Chunk, Document
from coach.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


def make(markdown: str, title: str = "") -> Document:
    text, blocks = assemble(parse_markdown(markdown))
    return Document("doc", title, "", text, thread(text, blocks, title))


def cut(document: Document, size: int = 400, overlap: int = 80) -> tuple[Chunk, ...]:
    chunks = chunk_document(document, vocabulary=VOCABULARY, size=size, overlap=overlap)
    for chunk in chunks:
        assert document.text[chunk.start : chunk.end] == chunk.text
        for sentence in chunk.sentences:
            assert document.text[sentence.start : sentence.end] == sentence.text
            assert chunk.start <= sentence.start and sentence.end <= chunk.end
    return chunks


def test_a_chunk_is_a_section_with_its_path():
    chunks = cut(make("# T\n\n## A\n\nOne. Two.\n\n## B\n\nThree.", "T"))
    assert [(c.headings, [s.text for s in c.sentences]) for c in chunks] == [
        (("A",), ["One.", "Two."]),
        (("B",), ["Three."]),
    ]


def test_small_sections_side_by_side_are_joined_under_what_they_share():
    (chunk,) = cut(make("# T\n\n## A\n\n### x\n\nOne.\n\n### y\n\nTwo.", "T"))
    assert chunk.headings == ("A",)
    assert [s.headings for s in chunk.sentences] == [("A", "x"), ("A", "y")]


def test_joining_stops_at_the_size():
    long = "Word after word. " * 15
    chunks = cut(make(f"# T\n\n## A\n\n### x\n\n{long}\n\n### y\n\n{long}", "T"))
    assert [c.headings for c in chunks] == [("A", "x"), ("A", "y")]


def test_a_long_section_is_split_at_sentences_that_overlap():
    document = make("## A\n\n" + " ".join(f"Sentence number {n} stands here." for n in range(40)))
    chunks = cut(document)
    assert len(chunks) > 2 and all(len(c.text) <= 400 for c in chunks)
    for before, after in pairwise(chunks):
        shared = [s for s in before.sentences if s in after.sentences]
        assert shared == list(before.sentences[-len(shared) :]) == list(after.sentences[: len(shared)])
        assert 30 < sum(len(s.text) for s in shared) <= 80


def test_a_sentence_longer_than_a_chunk_stays_whole():
    sentence = "Word " * 100 + "end."
    assert sentence in [s.text for c in cut(make(f"Short one. {sentence} Short two."), 200) for s in c.sentences]


def test_items_and_rows_are_sentences_with_their_lead_in():
    (chunk,) = cut(make("A manager:\n\n- hires. Often slowly.\n- coaches\n\n| a | b |\n|---|---|\n| 1. | 2. |"))
    found = [(s.kind, s.text, s.lead_in) for s in chunk.sentences]
    assert found == [
        ("paragraph", "A manager:", ""),
        ("item", "hires.", "A manager:"),
        ("item", "Often slowly.", "A manager:"),
        ("item", "coaches", "A manager:"),
        ("row", "a: 1.; b: 2.", ""),
    ]


def test_blocks_that_must_not_be_cited_are_in_no_chunk():
    document = make("## A\n\n### x\n\nGood one.\n\nSign in to like.\n\nGood two.\n\n### y\n\nGood three.")
    blocks = tuple(
        replace(b, citable=False, why="feedback") if "Sign in" in document.text[b.start : b.end] else b
        for b in document.blocks
    )
    chunks = cut(replace(document, blocks=blocks))
    assert not any("Sign in" in c.text for c in chunks)
    assert [s.text for c in chunks for s in c.sentences] == ["Good one.", "Good two.", "Good three."]


def test_roles_and_dimensions_come_from_the_vocabulary():
    (chunk,) = cut(make("## Director of Engineering\n\n- Leads several teams\n- Reports to a VP of Engineering"))
    first, second = chunk.sentences
    annotation = VOCABULARY.annotate(first.headings, second.text)
    assert first.roles and first.roles == chunk.roles[: len(first.roles)]
    assert (second.roles, second.mentions, second.dimensions) == (
        annotation.roles,
        annotation.mentions,
        annotation.dimensions,
    )


def test_ids_are_stable_and_change_with_the_text():
    one, two = cut(make("Text one.")), cut(make("Text two."))
    assert one[0].id == cut(make("Text one."))[0].id != two[0].id


words = st.sampled_from(["alpha", "beta", "gamma.", "delta!", "VP of Engineering", "e.g.", "5 to 8", "né–e", "end."])
line = st.lists(words, min_size=1, max_size=25).map(" ".join)
block = st.one_of(
    line,
    st.tuples(st.integers(1, 4), line).map(lambda t: f"{'#' * t[0]} {t[1]}"),
    st.lists(line, min_size=1, max_size=5).map(lambda lines: "\n".join(f"- {w}" for w in lines)),
    st.lists(line, min_size=1, max_size=3).map(
        lambda ls: "| h | k |\n|---|---|\n" + "\n".join(f"| {w} | x |" for w in ls)
    ),
)


@settings(deadline=None)
@given(st.lists(block, min_size=1, max_size=14), st.integers(60, 500), st.integers(0, 120), st.randoms())
def test_nothing_citable_is_lost_and_order_is_kept(blocks, size, overlap, random):
    document = make("\n\n".join(blocks))
    marked = tuple(replace(b, citable=random.random() > 0.2) for b in document.blocks)
    document = replace(document, blocks=marked)
    chunks = cut(document, size, overlap)
    held = [s for c in chunks for s in c.sentences]
    content = [b for b in marked if b.citable and b.kind != "heading"]
    covered = {i for s in held for i in range(s.start, s.end)}
    for b in content:
        assert all(i in covered or document.text[i].isspace() for i in range(b.start, b.end))
    allowed = {i for b in content for i in range(b.start, b.end)}
    assert covered <= allowed
    assert [s.start for c in chunks for s in c.sentences] == [
        s.start for c in chunks for s in sorted(c.sentences, key=lambda x: x.start)
    ]
    assert [c.start for c in chunks] == sorted(c.start for c in chunks)
    assert len({c.id for c in chunks}) == len(chunks)
    for c in chunks:
        assert len(c.text) <= size or len(c.sentences) == 1
        assert not any(c.start <= b.start < c.end for b in marked if not b.citable)
        assert all(s.headings[: len(c.headings)] == c.headings for s in c.sentences)


@pytest.mark.parametrize("size", [300, 900])
def test_the_guides_that_ship_are_cut_without_loss(corpus, size):
    from coach.loading import load_folder

    for document in load_folder(corpus).documents:
        held = {(s.start, s.end) for c in cut(document, size, 100) for s in c.sentences}
        blocks = [b for b in document.blocks if b.kind != "heading"]
        assert {b.start for b in blocks} <= {start for start, _ in held}
