"""Checks that every guide of the corpus is well formed, citable and in our own words."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
GUIDES = sorted(path for path in CORPUS.glob("*.md") if path.name != "README.md")
GUIDE_IDS = {
    "leadership-roles",
    "management-ladder",
    "management-or-technical",
    "management-track",
    "path-to-leadership",
}
FIELDS = {"id", "title", "summary", "source", "language", "updated", "topics"}
MIN_WORDS, MAX_WORDS = 4, 40
MIN_WORDS_COMPARED = 6

FRONT_MATTER = re.compile(r"\A---\n(.*?\n)---\n(.*)\Z", re.DOTALL)
HEADING = re.compile(r"^(#{1,6})[ \t]+(.*\S)[ \t]*$")
LIST_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]*[A-Za-z0-9])")
WORD = re.compile(r"[A-Za-z0-9][\w'&/.,-]*")
PLACEHOLDER = re.compile(r"\{[^{}\n]*\}|<[A-Za-z/][^>\n]*>|\b(?:TODO|TBD|FIXME|XXX)\b|lorem ipsum", re.IGNORECASE)
POINTING_START = re.compile(
    r"^[\"'(\[]*(?:they|them|their|it|its|this|that|these|those|he|she|his|her|also|in addition)\b",
    re.IGNORECASE,
)
# UTF-8 punctuation and accents read as Windows-1252 or Latin-1, and the replacement character.
MOJIBAKE = ("\u00e2\u20ac", "\u00e2\u0080", "\u00c3\u00a2", "\u00c3\u00a9", "\u00c2\u00a0", "\ufffd")
MOJIBAKE_REPAIRS = {
    "\u00e2\u20ac\u2122": "'",
    "\u00e2\u20ac\u02dc": "'",
    "\u00e2\u20ac\u0153": '"',
    "\u00e2\u20ac\u201c": "-",
    "\u00e2\u20ac\u201d": "-",
}
Problems = Callable[[str], list[str]]

each_guide = pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)


def read(path: Path) -> str:
    """The text of a guide, with its line ends as stored."""
    return path.read_bytes().decode("utf-8")


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """The parsed front matter and the body of a guide."""
    match = FRONT_MATTER.match(text)
    if match is None:
        raise AssertionError("the file does not begin with front matter between two lines of ---")
    fields = yaml.safe_load(match.group(1))
    if not isinstance(fields, dict):
        raise AssertionError("the front matter is not a mapping")
    return fields, match.group(2)


def headings(body: str) -> list[tuple[int, str]]:
    """Level and words of every heading of a body."""
    matches = (HEADING.match(line) for line in body.splitlines())
    return [(len(match.group(1)), match.group(2)) for match in matches if match]


def blocks(body: str) -> list[str]:
    """Paragraphs and list items of a body as single lines, headings left out."""
    found: list[list[str]] = [[]]
    for line in body.splitlines():
        if not line.strip() or HEADING.match(line):
            found.append([])
        elif LIST_ITEM.match(line):
            found.append([LIST_ITEM.sub("", line).strip()])
        else:
            found[-1].append(line.strip())
    return [" ".join(lines) for lines in found if lines]


def sentences(body: str) -> list[str]:
    """The sentences of a body, headings left out."""
    return [part for block in blocks(body) for part in SENTENCE_END.split(block) if part]


def normalised(text: str) -> str:
    """The words of a text in lower case, without punctuation, dashes or markup."""
    for broken, whole in MOJIBAKE_REPAIRS.items():
        text = text.replace(broken, whole)
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub("['\u2018\u2019`]", "", text)
    return " ".join(re.sub(r"[\W_]+", " ", text).split())


def is_line(value: object) -> bool:
    """Whether a value is a non-empty string without blanks around it."""
    return isinstance(value, str) and bool(value) and value == value.strip()


def field_problems(text: str) -> list[str]:
    """What is missing, unknown or of the wrong type in the front matter."""
    fields, _ = split_front_matter(text)
    problems = [f"missing field: {name}" for name in sorted(FIELDS - fields.keys())]
    problems += [f"unknown field: {name}" for name in sorted(fields.keys() - FIELDS)]
    for name in ("id", "title", "summary"):
        if not is_line(fields.get(name)):
            problems.append(f"{name} is not a non-empty string")
    source = fields.get("source")
    if not isinstance(source, dict) or source.keys() != {"title", "kind"}:
        problems.append("source is not a mapping of title and kind")
    elif not all(is_line(value) for value in source.values()):
        problems.append("source holds something other than non-empty strings")
    if fields.get("language") != "en":
        problems.append("language is not en")
    # A timestamp is a date to Python as well, so the exact type is asked for.
    if type(fields.get("updated")) is not datetime.date:
        problems.append("updated is not a date")
    topics = fields.get("topics")
    if not isinstance(topics, list) or not topics or not all(is_line(topic) for topic in topics):
        problems.append("topics is not a non-empty list of strings")
    elif len(set(topics)) != len(topics):
        problems.append("topics repeat")
    return problems


def title_problems(text: str) -> list[str]:
    """Whether the body begins with the title, as the only heading of its level."""
    fields, body = split_front_matter(text)
    first = next((line for line in body.splitlines() if line.strip()), "")
    problems = []
    if first != f"# {fields.get('title')}":
        problems.append(f"the body begins with {first!r}")
    if sum(level == 1 for level, _ in headings(body)) != 1:
        problems.append("there is not exactly one heading of level one")
    return problems


def character_problems(text: str) -> list[str]:
    """Placeholders, mojibake, tabs, carriage returns and punctuation beyond ASCII."""
    problems = [f"placeholder: {found}" for found in PLACEHOLDER.findall(text)]
    problems += [f"mojibake: {sequence!a}" for sequence in MOJIBAKE if sequence in text]
    problems += [f"control character: {mark!r}" for mark in "\t\r" if mark in text]
    odd = {mark for mark in text if not mark.isascii() and not mark.isalpha()}
    return problems + [f"not ASCII: {mark!a}" for mark in sorted(odd)]


def heading_problems(text: str) -> list[str]:
    """Headings that occur more than once, whatever their level, case or punctuation."""
    counts = Counter(normalised(words) for _, words in headings(split_front_matter(text)[1]))
    return [f"repeated heading: {words}" for words, count in counts.items() if count > 1]


def length_problems(text: str) -> list[str]:
    """Sentences with too few or too many words."""
    found = []
    for sentence in sentences(split_front_matter(text)[1]):
        count = len(WORD.findall(sentence))
        if not MIN_WORDS <= count <= MAX_WORDS:
            found.append(f"{count} words: {sentence}")
    return found


def start_problems(text: str) -> list[str]:
    """Sentences that begin with a word pointing at what stood before."""
    found = sentences(split_front_matter(text)[1])
    return [sentence for sentence in found if POINTING_START.match(sentence)]


def copied_sentences(text: str, sources: str) -> list[str]:
    """Sentences of six words or more whose words stand in the sources in one run."""
    haystack = f" {normalised(sources)} "
    found = sentences(split_front_matter(text)[1])
    return [
        sentence
        for sentence in found
        if len(normalised(sentence).split()) >= MIN_WORDS_COMPARED and f" {normalised(sentence)} " in haystack
    ]


def test_there_are_exactly_five_guides() -> None:
    """The folder holds the five known guides and no other."""
    assert {path.stem for path in GUIDES} == GUIDE_IDS
    assert len(GUIDES) == 5


def test_the_readme_is_not_a_guide() -> None:
    """The README of the folder has no front matter, so no loader takes it for a guide."""
    assert not read(CORPUS / "README.md").startswith("---")


@each_guide
def test_front_matter_is_complete_and_well_typed(path: Path) -> None:
    """Every field is there, with its type, and the id is the file stem."""
    text = read(path)
    assert field_problems(text) == []
    assert split_front_matter(text)[0]["id"] == path.stem


def test_ids_and_titles_are_unique() -> None:
    """No two guides share an id or a title."""
    fields = [split_front_matter(read(path))[0] for path in GUIDES]
    assert fields
    for name in ("id", "title"):
        counts = Counter(normalised(str(each.get(name))) for each in fields)
        assert [value for value, count in counts.items() if count > 1] == []


@each_guide
def test_body_begins_with_the_title(path: Path) -> None:
    """The first line of the body is the title as a heading."""
    assert title_problems(read(path)) == []


@each_guide
def test_characters_are_clean(path: Path) -> None:
    """No placeholder, mojibake, tab or typographic punctuation is left."""
    assert character_problems(read(path)) == []


@each_guide
def test_headings_are_unique(path: Path) -> None:
    """A heading names one place in its guide."""
    assert heading_problems(read(path)) == []


@each_guide
def test_sentences_have_a_citable_length(path: Path) -> None:
    """A body has sentences, each of 4 to 40 words."""
    text = read(path)
    assert sentences(split_front_matter(text)[1])
    assert length_problems(text) == []


@each_guide
def test_sentences_name_their_subject(path: Path) -> None:
    """No sentence begins with a pronoun that needs the sentence before."""
    assert start_problems(read(path)) == []


@each_guide
def test_sentences_are_our_own_words(path: Path, request: pytest.FixtureRequest) -> None:
    """No sentence of six words or more repeats the source texts."""
    folder = request.config.getoption("--seeds", default=None)
    if folder is None:
        pytest.skip("NOT CHECKED against the source texts: give their folder with --seeds DIR")
    files = sorted(Path(folder).glob("*.txt"))
    assert files, f"no source texts (*.txt) in {folder}"
    sources = "\n".join(file.read_text(encoding="utf-8") for file in files)
    assert copied_sentences(read(path), sources) == []


GOOD = """\
---
id: sample
title: A sample guide
summary: One sentence about the sample.
source:
  title: A source
  kind: article
language: en
updated: 2026-11-21
topics:
  - samples
---

# A sample guide

## Tech lead: scope

A tech lead guides one small team. A director leads
5 to 8 managers.

- A manager can lead several teams at once.
"""


@pytest.mark.parametrize(
    ("check", "old", "new"),
    [
        (field_problems, "language: en\n", ""),
        (field_problems, "language: en", "language: fr"),
        (field_problems, "language: en", "language: en\nauthor: someone"),
        (field_problems, "id: sample", "id: 7"),
        (field_problems, "updated: 2026-11-21", "updated: soon"),
        (field_problems, "updated: 2026-11-21", "updated: 2026-11-21 10:00:00"),
        (field_problems, "  kind: article\n", ""),
        (field_problems, "  kind: article", "  kind: 3"),
        (field_problems, "topics:\n  - samples", "topics: samples"),
        (field_problems, "topics:\n  - samples", "topics: []"),
        (title_problems, "# A sample guide", "# Another guide"),
        (title_problems, "## Tech lead: scope", "# Tech lead: scope"),
        (character_problems, "one small team", "one {topic} team"),
        (character_problems, "one small team", "one <b>small</b> team"),
        (character_problems, "one small team", "one small\tteam"),
        (character_problems, "one small team", "one small team\r"),
        (character_problems, "one small team", "one team\u00e2\u20ac\u2122s work"),
        (character_problems, "5 to 8", "5\u20138"),
        (heading_problems, "- A manager", "### Tech Lead - Scope\n\n- A manager"),
        (length_problems, "- A manager can lead several teams at once.", "- Leads several teams."),
        (length_problems, "at once", "at once " + "and again " * 17),
        (start_problems, "A director leads", "They lead"),
        (start_problems, "- A manager can", "- It can"),
        (start_problems, "A director leads", '"These" lead'),
    ],
)
def test_the_checks_find_planted_faults(check: Problems, old: str, new: str) -> None:
    """Each check passes a good guide and reports the same guide with one fault."""
    assert GOOD.count(old) == 1
    assert check(GOOD) == []
    assert check(GOOD.replace(old, new)) != []


def test_sentences_are_split_across_lines_and_items() -> None:
    """Wrapped paragraphs are joined, list items stand alone, headings are no sentences."""
    assert sentences(split_front_matter(GOOD)[1]) == [
        "A tech lead guides one small team.",
        "A director leads 5 to 8 managers.",
        "A manager can lead several teams at once.",
    ]


@pytest.mark.parametrize(
    ("source", "copied"),
    [
        ("**A Director** leads 5\u2011to\u20118 managers!", 1),
        ("Often, a manager can lead several\nteams at once; that is hard.", 1),
        ("A director often leads 5 to 8 managers.", 0),
        ("", 0),
    ],
)
def test_copies_are_found_whatever_their_punctuation(source: str, copied: int) -> None:
    """A copied sentence is found under other case, dashes and markup, and only then."""
    assert len(copied_sentences(GOOD, source)) == copied


def test_broken_apostrophes_are_repaired_before_comparing() -> None:
    """Mojibake in a source text does not hide a copy."""
    assert normalised("They don\u00e2\u20ac\u2122t wait") == normalised("they don't wait")
