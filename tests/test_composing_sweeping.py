"""A question that asks of each level, or which of several do a thing, gets one sentence for each role."""

from __future__ import annotations

import pytest

from coach.composing.sweeping import sweep
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

PAGE = """# Work on a coast

Every grade on a coast is told apart by three marks: lamps, boats, and horns.

## Engineering manager

### Engineering manager: lamps

- An engineering manager cleans the lamp of a single tower.
- An engineering manager counts the wicks that are left.

### Engineering manager: boats

- An engineering manager rows to the nearest buoy.

## Director of engineering

### Director of engineering: lamps

- A director of engineering cleans the lamps of a bay.
- A director of engineering orders wicks for the winter.

### Director of engineering: boats

- A director of engineering meets the harbour master and pays the pilots.

## VP of Engineering

### VP of Engineering: lamps

- A VP of Engineering cleans no lamp and inspects the lamps of the coast.
- A VP of Engineering chooses who makes the wicks.

### VP of Engineering: boats

- A VP of Engineering owns the boats and meets the harbour master twice a year.

## Horns at each grade

- By horn, a VP of Engineering sounds the long note.
- By horn, an engineering manager sounds the short note.
- By horn, a director of engineering sounds two notes in a row.

## Helpers

A technical lead, mostly busy with maps, paint, ropes and stairs, cleans lamps when nobody else can.
"""
PLACES = ("village", "church", "market", "quarry", "mill", "school", "ferry", "beach", "forest", "castle")
FILLER = "\n".join(f"## The {p}\n\nThe {p} lies an hour inland, and a path leads there.\n" for p in PLACES)


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """What was found for a question over the page, and the drafts of a sweep."""
    folder = tmp_path_factory.mktemp("coast")
    (folder / "coast.md").write_text(f"{PAGE}\n{FILLER}")
    store = IndexStore(load_settings(data_dir=folder / "data"), WordEmbedder(), load_vocabulary())
    sync_paths(store, [folder / "coast.md"], collection="notes")
    retriever = HybridRetriever(store, WordEmbedder())

    def ask(question):
        found = retriever.search(question, None)
        return found, sweep(found, weigh_evidence(found))

    return ask


def test_sections_of_one_pattern_give_the_sentence_of_each_role(ask):
    _, drafts = ask("Which lamps does somebody of each rank clean?")
    assert [d.text for d in drafts] == [  # the series is whole: what is said elsewhere of helpers is none of it
        "An engineering manager cleans the lamp of a single tower.",
        "A director of engineering cleans the lamps of a bay.",
        "A VP of Engineering cleans no lamp and inspects the lamps of the coast.",
    ]
    assert [d.lead for d in drafts] == [
        "- **Engineering manager**: ",
        "- **Director of engineering**: ",
        "- **VP of Engineering**: ",
    ]


def test_one_section_for_all_is_shown_in_the_order_of_the_ladder(ask):
    _, drafts = ask("What note of the horn do people sound at each level?")
    assert [d.text.split()[-2] for d in drafts] == ["short", "a", "long"]


def test_only_those_are_named_of_whom_the_thing_is_said(ask):
    _, drafts = ask("Which of the bosses meet the harbour master?")
    assert [d.evidence[0].sentence.roles for d in drafts] == [("director",), ("vp",)]


def test_three_roles_that_are_named_are_asked_of(ask):
    _, drafts = ask("Which lamps do an EM, a director and a VP clean?")
    assert len(drafts) == 3 and all("clean" in d.text for d in drafts)


@pytest.mark.parametrize(
    "question",
    [
        "Which lamps does a director clean?",  # one role
        "Does a director or a VP clean the lamps?",  # two are compared
        "What comes after EM, director or VP?",  # the order of things
        "Which marks is every grade told apart by?",  # one sentence says it of all
        "Which lamps are cleaned?",
    ],
)
def test_other_questions_are_left_to_other_answers(ask, question):
    assert ask(question)[1] == []


def test_a_role_named_is_looked_for_outside_the_series_too(ask):
    _, drafts = ask("Which lamps do a tech lead, an EM and a director clean?")
    assert [d.evidence[0].sentence.roles for d in drafts] == [("tech-lead",), ("engineering-manager",), ("director",)]


def test_every_sentence_passes_the_gate_and_is_cited(ask):
    found, drafts = ask("Which lamps does somebody of each rank clean?")
    vocabulary = load_vocabulary()
    verifier = get_verifier(load_settings(), embedder=WordEmbedder(), vocabulary=vocabulary)
    shown = [e for e in ground(drafts, verifier=verifier, get_document=found.reader.document) if isinstance(e, Shown)]
    assert len(shown) == 3 and all(event.claim.citations for event in shown)


def test_the_guides_that_ship_are_swept(built_coach):
    answer = built_coach.ask("how far ahead does each level plan", style="quoted").text
    spans = ("6 to 12 months", "1 to 2 years", "2 to 5 years", "5 or more years")
    assert sorted(map(answer.index, spans)) == [answer.index(s) for s in spans]
