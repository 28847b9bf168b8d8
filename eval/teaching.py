"""Small guides with questions in other words, which teach and test retrieval (`datasets/teaching`).

Most are written for this alone; `corpus.txt` asks about the guides that ship. A block begins with `TITLE:`; `##` opens
a section; numbered lines are sentences; `Q 3,4: ...` is a question that sentences 3 and 4 answer, and `N: ...` one on
the same subject that the guide does not answer.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .dataset import DatasetError

SHIPPED = Path(__file__).with_name("datasets") / "teaching"
_LINE = re.compile(
    r"TITLE: (?P<title>.+)|#+ (?P<heading>.+)|(?P<number>\d+)\. (?P<sentence>.+)"
    r"|Q (?P<answers>\d+(?:, ?\d+)*): (?P<question>.+)|N: (?P<unanswered>.+)"
)
_TESTED = 6  # one guide in so many never teaches
CORPUS = "corpus.txt"  # the guides that ship: all of them teach


@dataclass(slots=True)
class TeachingGuide:
    """One guide: sentences by number with the heading of each, and questions with the numbers that answer them."""

    title: str
    ships: bool = False
    sentences: dict[int, str] = field(default_factory=dict)
    headings: dict[int, str] = field(default_factory=dict)
    questions: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)

    @property
    def is_test(self) -> bool:
        """Whether the guide is kept aside for measuring; by its title, so that adding guides moves none."""
        return (
            not self.ships
            and int(hashlib.sha1(self.title.encode(), usedforsecurity=False).hexdigest(), 16) % _TESTED == 0
        )


def load_guides(folder: Path = SHIPPED) -> list[TeachingGuide]:
    """Every guide of the folder's text files. Raises DatasetError with file and line for what cannot be read."""
    files = sorted(folder.glob("*.txt"), key=lambda f: (f.name == CORPUS, f.name))
    if not files:
        raise DatasetError(f"There are no teaching guides in {folder}.")
    return [g for file in files for g in _parse(file.name, file.read_text(encoding="utf-8").splitlines())]


def _parse(name: str, lines: Sequence[str]) -> Iterator[TeachingGuide]:
    guide, heading = None, ""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None or (guide is None and not found["title"]):
            raise DatasetError(f"{name}, line {number}: this is no title, heading, sentence or question: {line[:60]}")
        if found["title"]:
            if guide:
                yield guide
            guide, heading = TeachingGuide(found["title"], ships=name == CORPUS), ""
        elif found["heading"]:
            heading = found["heading"]
        elif guide:
            _add(guide, found, heading, f"{name}, line {number}")
    if guide:
        yield guide


def _add(guide: TeachingGuide, found: re.Match[str], heading: str, place: str) -> None:
    if found["sentence"]:
        guide.sentences[int(found["number"])] = found["sentence"]
        guide.headings[int(found["number"])] = heading
    elif found["unanswered"]:
        guide.unanswered.append(found["unanswered"])
    else:
        answers = tuple(int(n) for n in found["answers"].split(","))
        if missing := [n for n in answers if n not in guide.sentences]:
            raise DatasetError(f"{place}: the guide has no sentence {missing[0]}.")
        guide.questions.append((found["question"], answers))
