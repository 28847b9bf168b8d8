from __future__ import annotations

import pytest

from coach import load_settings
from coach.build import build_coach, open_coach, sync_corpus
from coach.errors import CorpusError, IndexMissingError, NotFoundError, SettingsError
from coach.types import Abstention, Answer

LADDER = """---
id: small-ladder
title: "A small ladder"
---

# A small ladder

## Director of engineering: scope

A director of engineering leads 15 to 50 engineers.

A director of engineering plans one to two years ahead.
"""
NOTES = """---
id: house-notes
title: "House notes"
---

# House notes

## Mentoring

A mentor at this company meets each mentee twice a month.
"""


@pytest.fixture(scope="module")
def guides(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small-corpus")
    (folder / "small-ladder.md").write_text(LADDER, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def notes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notes")
    (folder / "house-notes.md").write_text(NOTES, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def settings(guides, tmp_path_factory):
    return load_settings(corpus=guides, data_dir=tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def coach(settings, notes):
    """A Coach over one guide, with a second collection beside it."""
    built = build_coach(settings)
    sync_corpus(settings.model_copy(update={"corpus": notes, "collection": "notes"}))
    return built


def test_a_built_coach_answers_from_its_corpus(coach):
    result = coach.ask("How many engineers does a director of engineering lead?")
    assert isinstance(result, Answer)
    assert "15 to 50 engineers" in result.text
    assert result.citations[0].document_id == "small-ladder"


def test_the_progress_of_building_is_told(settings, tmp_path):
    told = []
    build_coach(
        settings.model_copy(update={"data_dir": tmp_path}), progress=lambda stage, done, total: told.append(stage)
    )
    assert told and all(isinstance(stage, str) and stage for stage in told)


def test_a_second_build_changes_nothing(coach, settings):
    before = coach.fingerprint
    report = sync_corpus(settings)
    assert report.unchanged == ("small-ladder",)
    assert (report.added, report.changed, report.removed) == ((), (), ())
    assert build_coach(settings).fingerprint == before == report.fingerprint


def test_a_changed_guide_is_read_anew_by_a_coach_that_runs(guides, tmp_path):
    folder = tmp_path / "guides"
    folder.mkdir()
    guide = folder / "small-ladder.md"
    guide.write_text(LADDER, encoding="utf-8")
    settings = load_settings(corpus=folder, data_dir=tmp_path / "data")
    coach = build_coach(settings)
    question, before = "How many engineers does a director of engineering lead?", coach.fingerprint
    guide.write_text(LADDER.replace("15 to 50", "20 to 60"), encoding="utf-8")
    assert sync_corpus(settings).changed == ("small-ladder",)
    assert "20 to 60" in coach.ask(question).text
    assert coach.fingerprint != before
    assert sync_corpus(settings, rebuild=True).fingerprint == coach.fingerprint


def test_a_collection_keeps_to_its_own_documents(coach):
    assert [d.id for d in coach.documents("notes")] == ["house-notes"]
    assert [d.id for d in coach.documents("guides")] == ["small-ladder"]
    assert {d.id for d in coach.documents()} == {"house-notes", "small-ladder"}
    question = "How often does a mentor meet each mentee?"
    assert {p.chunk.document_id for p in coach.search(question, collection="guides")} == {"small-ladder"}
    assert {p.chunk.document_id for p in coach.search(question, collection="notes")} == {"house-notes"}
    inside, outside = (coach.ask(question, collection=c) for c in ("notes", "guides"))
    assert isinstance(inside, Answer) and "twice a month" in inside.text
    assert isinstance(outside, Abstention)
    assert {p.chunk.document_id for p in outside.nearest} <= {"small-ladder"}


def test_opening_looks_at_no_corpus(tmp_path):
    coach = open_coach(load_settings(corpus=tmp_path / "none", data_dir=tmp_path / "data"))
    with pytest.raises(IndexMissingError) as caught:
        coach.ask("What does a director do?")
    assert "coach ingest" in caught.value.remedy
    assert not (tmp_path / "data").exists()


def test_what_cannot_be_built_says_so(tmp_path):
    with pytest.raises(CorpusError, match="none"):
        build_coach(load_settings(corpus=tmp_path / "none", data_dir=tmp_path / "data"))
    with pytest.raises(SettingsError, match="nonsense"):
        build_coach(load_settings(verifier="nonsense", data_dir=tmp_path / "data"))
    with pytest.raises(SettingsError, match="vocabulary"):
        build_coach(load_settings(vocabulary=tmp_path / "none.toml", data_dir=tmp_path / "data"))


def test_an_unknown_document_is_not_found(coach):
    assert coach.document("small-ladder").title == "A small ladder"
    with pytest.raises(NotFoundError):
        coach.document("nobody")
