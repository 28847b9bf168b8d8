"""Files and folders: what is taken, under which id, and what is refused why."""

from __future__ import annotations

import hashlib
import os

import pytest

from coach.errors import CorpusError, DocumentError
from coach.loading import load_file, load_folder
from coach.loading import sources as sources_module

GUIDE = """---
id: mill-guide
title: "The mill"
summary: All about mills.
source:
  title: Notes of a miller
  kind: article
language: en
updated: 2026-11-21
topics: [miller, wheel]
---

# The mill

## Duties

A miller mills.
"""


def write(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_front_matter_fills_the_document(tmp_path):
    path = write(tmp_path, "a.md", GUIDE)
    document = load_file(path)
    assert (document.id, document.title, document.summary) == ("mill-guide", "The mill", "All about mills.")
    assert (document.source, document.updated) == ("Notes of a miller (article)", "2026-11-21")
    assert (document.topics, document.language, document.path) == (("miller", "wheel"), "en", "a.md")
    assert document.digest == hashlib.sha256(GUIDE.encode()).hexdigest()
    assert document.text == "The mill\n\nDuties\n\nA miller mills."
    assert document.blocks[-1].headings == ("Duties",)


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("# From heading\n\nText.", "From heading"),
        ("Just text.", "deep-name"),
        ("---\ntitle: [broken\n---\nText.", "[broken"),
    ],
)
def test_titles_come_from_front_matter_then_headings_then_the_file(tmp_path, content, title):
    assert load_file(write(tmp_path, "deep-name.md", content)).title == title


def test_the_id_is_a_slug_of_the_relative_path(tmp_path):
    path = write(tmp_path, "Team Ladders/Börse 2.md", "Text.")
    assert load_file(path, root=tmp_path).id == "team-ladders-borse-2"


def test_a_name_without_latin_letters_still_gets_an_id(tmp_path):
    assert load_file(write(tmp_path, "\u6307\u5357.md", "Text.")).id.startswith("document-")


def test_front_matter_of_other_tools_is_understood(tmp_path):
    content = "---\nlang: de\ndate: 2020-01-02T03:04:05Z\ntags:\n-\ncategories: [a, b]\ndescription: D\n---\nText."
    document = load_file(write(tmp_path, "a.txt", content))
    assert (document.language, document.updated, document.topics, document.summary) == (
        "de",
        "2020-01-02",
        ("a", "b"),
        "D",
    )


def test_a_ruler_on_top_is_no_front_matter(tmp_path):
    assert load_file(write(tmp_path, "a.md", "---\n\nText.\n\n---\n\nMore.")).text == "Text.\n\nMore."


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.md", b"", "empty"),
        ("a.md", b" \n\t\n", "empty"),
        ("a.md", b"---\ntitle: x\n---\n", "no text"),
        ("a.md", b"a\x00b", "binary"),
        ("a.exe", b"MZ", "not known; known are"),
        ("a", b"text", "(none)"),
        ("a.md", b"x" * 2001, "larger than"),
    ],
)
def test_a_refusal_names_the_file_and_the_reason(tmp_path, monkeypatch, name, content, reason):
    monkeypatch.setattr(sources_module.read_bytes, "__defaults__", (2000,))
    with pytest.raises(DocumentError) as error:
        load_file(write(tmp_path, name, content))
    assert error.value.message.startswith(f"{name} was not taken: ")
    assert reason in error.value.message


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(DocumentError, match="no such file"):
        load_file(tmp_path / "none.md")


def test_one_bad_file_stops_nothing(tmp_path):
    write(tmp_path, "good.md", GUIDE)
    write(tmp_path, "bad.md", b"a\x00b")
    write(tmp_path, "sub/twin.md", GUIDE)
    write(tmp_path, ".hidden.md", "x")
    write(tmp_path, ".git/x.md", "x")
    write(tmp_path, "README.md", "x")
    seen = []
    loaded = load_folder(tmp_path, collection="acme", progress=lambda *step: seen.append(step))
    assert [(d.path, d.collection) for d in loaded.documents] == [("good.md", "acme")]
    assert [r.path for r in loaded.refused] == ["bad.md", "sub/twin.md"]
    assert "binary" in loaded.refused[0].reason
    assert "mill-guide" in loaded.refused[1].reason and "good.md" in loaded.refused[1].reason
    assert [step[1:] for step in seen] == [(1, 3), (2, 3), (3, 3)]


def test_links_that_leave_the_folder_are_refused(tmp_path):
    outside = write(tmp_path, "outside.md", "Secret.")
    folder = tmp_path / "guides"
    write(folder, "a.md", "Text.")
    (folder / "link.md").symlink_to(outside)
    (folder / "circle.md").symlink_to(folder / "circle.md")
    (folder / "gone.md").symlink_to(folder / "nothing.md")
    (folder / "inside.md").symlink_to(folder / "a.md")
    loaded = load_folder(folder)
    assert [d.path for d in loaded.documents] == ["a.md", "inside.md"]
    assert {r.path: "outside" in r.reason for r in loaded.refused} == {
        "link.md": True,
        "circle.md": False,
        "gone.md": False,
    }


def test_a_pipe_is_refused_and_never_waited_for(tmp_path):
    write(tmp_path, "a.md", "Text.")
    os.mkfifo(tmp_path / "pipe.md")
    assert [r.path for r in load_folder(tmp_path).refused] == ["pipe.md"]


@pytest.mark.parametrize("content", [None, "", "bad"])
def test_a_folder_that_gives_nothing_is_an_error(tmp_path, content):
    folder = tmp_path / "guides"
    if content is not None:
        folder.mkdir()
    if content:
        write(folder, "a.md", b"\x00")
    with pytest.raises(CorpusError) as error:
        load_folder(folder)
    assert str(folder) in error.value.message and error.value.remedy


def test_a_file_is_no_folder(tmp_path):
    with pytest.raises(CorpusError, match="not a folder"):
        load_folder(write(tmp_path, "a.md", "x"))


def test_the_guides_that_ship_all_load(corpus):
    loaded = load_folder(corpus)
    assert not loaded.refused
    for document in loaded.documents:
        assert all(b.citable for b in document.blocks)
        assert document.title not in document.blocks[-1].headings
