"""What is no content is marked with a reason; what carries meaning stays. Both are measured on labelled pages."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from coach.cleaning import drop_dangling_references, duplicates, mark_near_duplicates
from coach.cleaning.furniture import find_furniture
from coach.cleaning.measuring import describe, judge_sample
from coach.cleaning.padding import find_padding, split_padding
from coach.errors import StorageError
from coach.loading import load_file, load_folder
from coach.types import Block, Document

SAMPLES = sorted((Path(__file__).parent / "cleaning").glob("*.txt"))
UNSEEN = sorted((Path(__file__).parent / "cleaning" / "unseen").glob("*.txt"))  # no rule was made for these
LEAST_REMOVED = 0.9


@pytest.mark.parametrize("path", [*SAMPLES, *UNSEEN], ids=lambda p: p.stem)
def test_nothing_that_carries_meaning_is_marked(path):
    meaning, _ = judge_sample(path)
    assert meaning.count
    assert not meaning.wrong


def test_most_of_what_is_no_content_is_marked():
    judged = [judge_sample(path)[1] for path in SAMPLES]
    wrong = [line for one in judged for line in one.wrong]
    total = sum(one.count for one in judged)
    assert total > 200
    assert len(wrong) <= (1 - LEAST_REMOVED) * total, wrong


def test_both_rates_are_told_and_what_went_wrong(tmp_path):
    (tmp_path / "page.txt").write_text("+ A mentor meets each mentee twice a month.\n- Sign in to like\n+ 7 min read\n")
    assert describe(tmp_path) == [
        "page: removed 1 of 2 lines of meaning, kept 0 of 1 of no content",
        "    removed: 7 min read",
        f"{tmp_path}: removed 1 of 2 lines (50.0 %) of meaning, kept 0 of 1 lines (0.0 %) of no content",
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Sign in to like", "sign-in text"),
        ("Was this article helpful?", "feedback box"),
        ("0 Comments", "reader comments"),
        ("12.4k views", "reader comments"),
        ("5 min read", "reading time"),
        ("Written by Jo", "author box"),
        ("By Jo Smith", "author box"),
        ("Last updated: 3 May 2020", "date line"),
        ("Home > Guides > Ladders", "navigation"),
        ("© 2024 Acme Ltd", "legal notice"),
        ("leadersCareersManagementskillspath", "tag list"),
        ("#career #ladder", "tag list"),
    ],
)
def test_interface_lines_are_known(line, why):
    assert find_furniture(line) == why


@pytest.mark.parametrize(
    "line",
    [
        "By design reviews, mostly",
        "Sign in sheets are kept by the team lead for every visit to the data center.",
        "Comments on designs",
        "Follows up on incidents",
        "Team size",
        "5 to 8 engineers",
        "Within 10 minutes of reading the alert, an engineer answers.",
        "A director reads more than a manager does.",
        "JavaScript and TypeScript",
        "Internationalization",
        "Cookies are part of the web platform that a front-end engineer is expected to know well in depth.",
    ],
)
def test_ordinary_lines_are_not(line):
    assert find_furniture(line) == ""


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("Let's dive into the levels.", "padding"),
        ("Here's a closer look at each of them:", "padding"),
        ("In this article, we'll cover three ladders.", "padding"),
        ("The author argues that titles are cheap.", "abstract of the page"),
        ("Levels, salaries, and.", "cut-off text"),
        ("See our related articles for more.", "related articles"),
    ],
)
def test_padding_is_known(sentence, why):
    assert find_padding(sentence) == why


@pytest.mark.parametrize(
    "sentence",
    [
        "Let's be honest about pay.",
        "Here is an outline of ten main areas of focus:",
        "In this role, you will lead two teams.",
        "This guide breaks down the stages of the ladder.",
        "The post of director is held by a founder.",
        "Ask whom you work with.",
        "If you like people, manage.",
    ],
)
def test_sentences_that_say_something_are_not(sentence):
    assert find_padding(sentence) == ""


def test_only_the_padded_part_of_a_paragraph_is_cut():
    text = "A lead codes. Let's explore how. A lead also plans."
    assert [(text[a:b], why) for a, b, why in split_padding(text)] == [
        ("A lead codes.", ""),
        ("Let's explore how.", "padding"),
        ("A lead also plans.", ""),
    ]


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("The ladder, as documented in the provided materials, has two sides.", "The ladder has two sides."),
        ("The ladder described in the attached document has two sides.", "The ladder has two sides."),
        ("Based on the ladder documented in the provided materials, see below.", "Based on the ladder, see below."),
        ("Decisions are documented in the handbook.", "Decisions are documented in the handbook."),
    ],
)
def test_references_to_what_is_not_there_are_dropped(text, clean):
    assert drop_dangling_references(text) == clean


def test_a_placeholder_costs_its_block_and_its_reason_is_shown(tmp_path):
    page = tmp_path / "a.md"
    page.write_text("# Leads\n\nA lead plans {topic} well.\n\nA lead codes.\n\n```\nf({name})\n```\n")
    document = load_file(page)
    assert {document.text[b.start : b.end]: b.why for b in document.blocks if not b.citable} == {
        "A lead plans {topic} well.": "unfilled placeholder"
    }


def test_headings_that_are_no_content_are_in_no_path(tmp_path):
    page = tmp_path / "a.md"
    page.write_text("# Leads\n\n## 7 min read\n\nA lead plans the work of a team and codes a little.\n")
    assert load_file(page).blocks[-1].headings == ()


SHARED = (
    "A director leads several teams of 15 to 50 engineers and sets the plan for the next year together with product."
)


@pytest.mark.parametrize(
    ("other", "marked"),
    [
        (SHARED, True),
        (SHARED.replace("together with", "with"), True),
        (SHARED.replace("15", "8"), False),
        (SHARED.replace("sets", "never sets"), False),
        ("A director leads. " + "Nothing here is alike in any way, and it goes on for long enough.", False),
    ],
)
def test_a_paragraph_that_two_documents_share_is_kept_once(tmp_path, other, marked):
    (tmp_path / "a.md").write_text(f"# First\n\n## Director\n\n{SHARED}\n")
    (tmp_path / "b.md").write_text(f"# Second\n\n## Director\n\n{other}\n\nIts own text.\n")
    first, second = load_folder(tmp_path).documents
    assert all(b.citable for b in first.blocks)
    assert [b.why for b in second.blocks if not b.citable] == (["repeats First (a)"] if marked else [])


def test_the_same_words_under_another_level_are_no_repeat(tmp_path):
    (tmp_path / "a.md").write_text(f"# First\n\n## Director\n\n{SHARED}\n")
    (tmp_path / "b.md").write_text(f"# Second\n\n## Chief technology officer\n\n{SHARED}\n")
    documents = list(mark_near_duplicates(load_folder(tmp_path).documents))
    assert all(b.citable for d in documents for b in d.blocks)


def test_one_marked_line_does_not_cost_the_bare_headings_above_it(tmp_path):
    page = tmp_path / "a.md"
    page.write_text("# Ladder\n\n## Levels\n\n## Baker\n\nSign in\n\n## Miller\n\nMills all the grain of the town.\n")
    document = load_file(page)
    assert [document.text[b.start : b.end] for b in document.blocks if not b.citable] == ["Baker", "Sign in"]


def test_braces_all_over_a_page_are_a_notation(tmp_path):
    page = tmp_path / "a.md"
    page.write_text("# Types\n\n" + "\n\n".join(f"The value {{name}} number {n} is read." for n in range(20)))
    assert all(b.citable for b in load_file(page).blocks)


def tell_many_apart(count):
    for number in range(count):
        text = " ".join(f"w{number}x{n}" for n in range(200))
        yield Document(f"d{number}", f"D{number}", "x", text, (Block("paragraph", 0, len(text)),))


def test_comparing_with_all_documents_before_holds_none_of_them():
    """Six hundred documents of 1.5 kB each, of which Python holds no fifth at any time."""
    tracemalloc.start()
    try:
        assert sum(d.blocks[0].citable for d in mark_near_duplicates(tell_many_apart(600))) == 600
        assert tracemalloc.get_traced_memory()[1] < 200_000
    finally:
        tracemalloc.stop()


def test_a_full_disk_for_what_is_compared_is_told_in_a_sentence(monkeypatch):
    monkeypatch.setattr(duplicates, "_SCHEMA", duplicates._SCHEMA + "PRAGMA max_page_count = 20;")
    with pytest.raises(StorageError, match=r"temporary files .* full.* TMPDIR"):
        list(mark_near_duplicates(tell_many_apart(100)))
