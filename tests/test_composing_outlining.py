"""A list that a page never writes in one sentence is answered from its headings, each quoted at its place."""

from __future__ import annotations

import pytest

from coach.composing.outlining import find_outlines, list_headings
from coach.grounding import ground
from coach.index import IndexStore
from coach.index.fakes import WordEmbedder
from coach.library.syncing import sync_paths
from coach.retrieval.evidence import weigh_evidence
from coach.retrieval.retriever import HybridRetriever
from coach.settings import load_settings
from coach.types import Shown
from coach.verifying import get_verifier
from coach.vocabulary import load_vocabulary

PAGE = """# Work on a lighthouse

## Typical duties of a lighthouse crew

Every crew shares the work out between its members.

### Lamp care

The lamp is cleaned each morning and lit at dusk.

### Fog signal

The horn sounds when the far buoy is out of sight.

### Weather log

Wind and pressure are written down every three hours.

## History

The tower was built of granite.

## Visitors

The tower is open on Sundays.
"""
ITEMS = ["Lamp care", "Fog signal", "Weather log"]


@pytest.fixture
def ask(tmp_path):
    """Drafts made of headings for a question over one page."""

    def ask(question, page=PAGE):
        (tmp_path / "tower.md").write_text(page)
        vocabulary, embedder = load_vocabulary(), WordEmbedder()
        store = IndexStore(load_settings(data_dir=tmp_path / "data"), embedder, vocabulary)
        sync_paths(store, [tmp_path / "tower.md"], collection="notes")
        found = HybridRetriever(store, embedder).search(question, None)
        return found, list_headings(found, weigh_evidence(found))

    return ask


def test_the_headings_below_the_one_asked_for_are_the_list(ask):
    found, drafts = ask("What are the typical duties of a lighthouse crew?")
    assert [d.text for d in drafts] == ["Typical duties of a lighthouse crew:", *ITEMS]
    document = found.reader.document("tower")
    for draft in drafts:
        (evidence,) = draft.evidence
        sentence = evidence.sentence
        assert document.text[sentence.start : sentence.end] == sentence.text


def test_every_heading_passes_the_gate_and_is_cited(ask):
    found, drafts = ask("List the duties of the lighthouse crew")
    verifier = get_verifier(load_settings(), embedder=WordEmbedder(), vocabulary=load_vocabulary())
    shown = [e for e in ground(drafts, verifier=verifier, get_document=found.reader.document) if isinstance(e, Shown)]
    assert [event.claim.text for event in shown] == ["Typical duties of a lighthouse crew:", *ITEMS]
    assert all(event.claim.citations for event in shown)


@pytest.mark.parametrize(
    "question",
    [
        "How often is the lamp cleaned?",  # no list
        "What are the typical wages of a lighthouse crew?",  # another list
        "What are the duties?",  # of whom
        "List the duties of a director of engineering",  # a role's, which the headings do not name
    ],
)
def test_other_questions_are_left_to_the_sentences(ask, question):
    assert ask(question)[1] == []


def test_a_sentence_that_names_the_list_is_better(ask):
    sentence = "The typical duties of a lighthouse crew are lamp care, fog signal, weather log, and painting."
    assert (
        ask("What are the typical duties of a lighthouse crew?", PAGE.replace("Every crew", f"{sentence} Every"))[1]
        == []
    )


def test_two_headings_are_no_list_and_deeper_ones_no_items(ask):
    page = PAGE.replace("### Weather log", "#### Weather log")
    assert ask("What are the typical duties of a lighthouse crew?", page)[1] == []


def test_an_outline_ends_at_the_next_heading_of_its_level(ask):
    found, _ = ask("What are the typical duties of a lighthouse crew?")
    document = found.reader.document("tower")
    outlines = [[document.text[b.start : b.end] for b in outline.items] for outline in find_outlines(document)]
    assert outlines == [ITEMS], "and the parts of the page, below its title, are no list"
