"""The manifest on disk, the fingerprint, and mismatches told with both values."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from coach.errors import IndexMismatchError
from coach.index.manifest import Counts, Manifest, Recipe, check_recipe, get_fingerprint, load_manifest, write_manifest

RECIPE = Recipe("model-a", 1, 900, 150, "vocabulary-digest", "embedded")
TEXTS = [("guides", "a", "digest-a"), ("guides", "b", "digest-b")]
MANIFEST = Manifest(
    "v2", "v1", "2026-01-01T00:00:00+00:00", "0123456789abcdef", RECIPE, 384, 9, {"guides": Counts(2, 5)}
)


def test_the_fingerprint_by_hand() -> None:
    body = json.dumps([["model-a", 1, 900, 150, "vocabulary-digest"], [list(t) for t in TEXTS]])
    assert get_fingerprint(RECIPE, TEXTS) == hashlib.sha256(body.encode()).hexdigest()[:16]


def test_the_fingerprint_knows_content_and_recipe_but_not_order_or_place() -> None:
    known = get_fingerprint(RECIPE, TEXTS)
    assert get_fingerprint(RECIPE, TEXTS[::-1]) == known
    assert get_fingerprint(replace(RECIPE, vectors="server"), TEXTS) == known
    changed = {"embedding_model": "b", "chunking_version": 2, "chunk_size": 1, "chunk_overlap": 1, "vocabulary": "x"}
    prints = {get_fingerprint(replace(RECIPE, **{name: value}), TEXTS) for name, value in changed.items()}
    others = [[], TEXTS[:1], [("uploads", "a", "digest-a"), TEXTS[1]], [("guides", "a", "other"), TEXTS[1]]]
    prints |= {get_fingerprint(RECIPE, texts) for texts in others}
    assert len(prints - {known}) == len(changed) + len(others)


def test_a_manifest_comes_back_as_written(tmp_path: Path) -> None:
    write_manifest(MANIFEST, tmp_path)
    assert load_manifest(tmp_path) == MANIFEST
    assert MANIFEST.chunks == 5


def test_another_format_is_a_mismatch(tmp_path: Path) -> None:
    write_manifest(replace(MANIFEST, recipe=replace(RECIPE, format=0)), tmp_path)
    with pytest.raises(IndexMismatchError, match=r"format 0.*1.*coach ingest --rebuild"):
        load_manifest(tmp_path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"embedding_model": "model-b"}, r"embedding model model-a.*model-b.*--rebuild"),
        ({"chunking_version": 2}, r"chunking version 1.*2.*--rebuild"),
        ({"chunk_size": 500}, r"chunk size 900.*500.*--rebuild"),
        ({"chunk_overlap": 0}, r"chunk overlap 150.*0.*--rebuild"),
        ({"vectors": "server"}, r"vector store embedded.*server.*--rebuild"),
        ({"vocabulary": "another"}, r"vocabulary vocabulary-d.*another.*`coach ingest`"),
    ],
)
def test_a_mismatch_names_both_values_and_the_command(change: dict[str, object], words: str) -> None:
    with pytest.raises(IndexMismatchError, match=words):
        check_recipe(RECIPE, replace(RECIPE, **change))
    check_recipe(RECIPE, replace(RECIPE, **change), ignore=frozenset(change))
    check_recipe(RECIPE, RECIPE)
