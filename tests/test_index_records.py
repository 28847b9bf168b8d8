"""Documents and chunks survive storage exactly, whatever is in them; digests tell what changed."""

from __future__ import annotations

from dataclasses import fields, replace

from hypothesis import given
from hypothesis import strategies as st

from coach.index.records import get_content_hash, get_embedded_sentences, to_chunk, to_document, to_json
from coach.types import Block, Chunk, Document, Sentence

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
PATHS = st.lists(WORDS, max_size=3).map(tuple)
NUMBERS = st.integers(0, 10**9)
KINDS = st.sampled_from(["heading", "paragraph", "item", "row", "code"])
PAGES = st.none() | NUMBERS
BLOCKS = st.builds(Block, KINDS, NUMBERS, NUMBERS, PATHS, NUMBERS, WORDS, st.booleans(), WORDS, PAGES)
DOCUMENTS = st.builds(
    Document,
    *(WORDS,) * 4,
    st.lists(BLOCKS, max_size=3).map(tuple),
    *(WORDS,) * 3,
    topics=PATHS,
    collection=WORDS,
    path=WORDS,
    digest=WORDS,
)
SENTENCES = st.builds(Sentence, WORDS, NUMBERS, NUMBERS, PATHS, WORDS, KINDS, PATHS, PATHS, PATHS, PAGES)
CHUNKS = st.builds(
    Chunk, *(WORDS,) * 3, NUMBERS, NUMBERS, PATHS, st.lists(SENTENCES, max_size=3).map(tuple), PATHS, PATHS, WORDS
)
CHUNK = Chunk("c", "d", "Text.", 0, 5, ("A", "B", "C"), (Sentence("Text.", 0, 5, ("A", "B", "C")),))


@given(DOCUMENTS)
def test_documents_come_back_equal(document: Document) -> None:
    back = to_document(to_json(document))
    assert back == document
    assert [type(getattr(back, f.name)) for f in fields(back)] == [
        type(getattr(document, f.name)) for f in fields(back)
    ]


@given(CHUNKS)
def test_chunks_come_back_equal(chunk: Chunk) -> None:
    back = to_chunk(to_json(chunk))
    assert back == chunk
    assert hash(back) == hash(chunk)  # tuples stay tuples, all the way down


def test_a_sentence_is_embedded_under_its_two_innermost_headings() -> None:
    bare = Sentence("Alone.", 6, 12)
    assert get_embedded_sentences(replace(CHUNK, sentences=(*CHUNK.sentences, bare))) == ["B - C: Text.", "Alone."]


def test_the_content_hash_is_of_what_is_embedded() -> None:
    sentence = CHUNK.sentences[0]
    same = [
        replace(CHUNK, id="x", start=9, end=14, roles=("r",)),
        replace(CHUNK, sentences=(replace(sentence, start=9, roles=("r",), headings=("Z", "B", "C")),)),
    ]
    other = [
        replace(CHUNK, text="Test."),
        replace(CHUNK, headings=("A",)),
        replace(CHUNK, sentences=(replace(sentence, text="Test."),)),
        replace(CHUNK, sentences=(replace(sentence, headings=("A", "C")),)),
        replace(CHUNK, sentences=()),
    ]
    assert {get_content_hash(c) for c in same} == {get_content_hash(CHUNK)}
    assert get_content_hash(CHUNK) not in {get_content_hash(c) for c in other}
