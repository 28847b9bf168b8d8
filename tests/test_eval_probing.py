"""The index looked at from inside: what its documents and chunks hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coach import build_coach, load_settings
from coach.eval.dataset import Dataset, Gold, Sample
from coach.eval.probing import probe_index

GUIDE = """---
id: bees
title: Bees
language: en
---

Bees are insects.

# Bees

Honey bees dance. A hive holds one queen.

## Hives

A hive is kept dry.
"""


@pytest.fixture(scope="module")
def coach(tmp_path_factory):
    folder = tmp_path_factory.mktemp("probe")
    (folder / "guides").mkdir()
    (folder / "guides" / "bees.md").write_text(GUIDE)
    return build_coach(load_settings(corpus=folder / "guides", data_dir=folder / "data"))


def probe(coach, *quotes):
    gold = tuple(Gold("bees", quote) for quote in quotes)
    return probe_index(coach, Dataset("some", (Sample("a", "lookup", "?", gold=gold),)))


def test_sentences_that_stand_in_the_guides_are_found_in_their_chunks(coach):
    found = probe(coach, "Honey bees dance.", "A hive is kept dry.", "Wasps dance.", "Wasps sing.")
    assert found["gold_in_documents"] == 0.5
    assert found["gold_in_chunks"] == 1.0
    assert (found["chunks_in_place"], found["chunks_headed"]) == (1.0, 1.0)


def test_a_sentence_counts_once_however_many_questions_ask_for_it(coach):
    found = probe(coach, "Honey bees dance.", "Honey bees dance.", "Wasps dance.")
    assert found["gold_in_documents"] == 0.5


def test_without_gold_sentences_there_is_nothing_to_find(coach):
    found = probe(coach)
    assert found["gold_in_documents"] is None and found["gold_in_chunks"] is None


@pytest.mark.parametrize(
    ("damage", "metric"),
    [
        (lambda c: replace(c, start=c.start + 1, end=c.end + 1), "chunks_in_place"),
        (lambda c: replace(c, headings=()), "chunks_headed"),
        (lambda c: replace(c, end=c.start + 3), "gold_in_chunks"),
    ],
)
def test_each_damage_to_the_chunks_shows_in_its_metric(coach, monkeypatch, damage, metric):
    catalogue = type(coach.store.reader().catalogue)
    whole = catalogue.iterate
    monkeypatch.setattr(
        catalogue, "iterate", lambda self, size: [[(h, damage(c)) for h, c in g] for g in whole(self, size)]
    )
    found = probe(coach, "Honey bees dance.")
    assert found[metric] < 1.0
