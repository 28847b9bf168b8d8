"""One note: what was asked, what came back, and why it is worth a look."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from coach.feedback.anonymising import anonymise
from coach.types import Abstention, Answer, Turn
from coach.vocabulary import Vocabulary

Why = Literal["thumbs_down", "thumbs_up", "abstention", "dropped_claims"]
LONGEST = 2000  # characters kept of each text
EARLIER = 4  # earlier questions kept: a follow-up means nothing without them
MOST = 12  # dropped claims, and citations, kept of each answer


@dataclass(frozen=True, slots=True)
class Dropped:
    """A drafted claim that was not shown, and why."""

    text: str
    verdict: str
    why: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A quote an answer rested on."""

    document: str
    quote: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What is kept of one answer. No address, no profile, no time of day; texts are anonymised before they come here.

    `reason` is that of an abstention, `vote` is "up", "down" or empty.
    """

    id: str
    day: str
    question: str = ""
    turns: tuple[str, ...] = ()
    answer: str = ""
    reason: str = ""
    dropped: tuple[Dropped, ...] = ()
    cited: tuple[Cited, ...] = ()
    fingerprint: str = ""
    vote: str = ""

    @property
    def why(self) -> Why | None:
        """Why it is kept; None for an answer with which nothing is known to be wrong or right."""
        if self.vote == "down":
            return "thumbs_down"
        if self.reason:
            return "abstention"
        if self.dropped:
            return "dropped_claims"
        return "thumbs_up" if self.vote == "up" else None

    def to_line(self) -> str:
        """The entry as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)


def entry_from_line(line: str) -> Entry:
    """The inverse of `Entry.to_line`. Raises ValueError, KeyError or TypeError for anything else."""
    row = json.loads(line)
    row["turns"] = tuple(row["turns"])
    row["dropped"] = tuple(Dropped(**one) for one in row["dropped"])
    row["cited"] = tuple(Cited(**one) for one in row["cited"])
    return Entry(**row)


def to_entry(result: Answer | Abstention, history: Sequence[Turn], vocabulary: Vocabulary) -> Entry:
    """What is kept of a result, anonymised and clipped; of the conversation only the reader's own last questions."""

    def keep(text: str) -> str:
        return anonymise(" ".join(text.split())[:LONGEST], vocabulary)

    citations = result.citations if isinstance(result, Answer) else ()
    return Entry(
        id=result.id,
        day=datetime.now(UTC).date().isoformat(),
        question=keep(result.question),
        turns=tuple(keep(t.content) for t in [t for t in history if t.role == "user"][-EARLIER:]),
        answer=keep(result.text) if isinstance(result, Answer) else "",
        reason="" if isinstance(result, Answer) else result.reason,
        dropped=tuple(Dropped(keep(d.text), d.verdict, d.why[:200]) for d in result.dropped_claims[:MOST]),
        cited=tuple(Cited(c.document_id, c.quote[:LONGEST]) for c in citations[:MOST]),
        fingerprint=result.fingerprint,
    )


def vote_on(entry: Entry, *, up: bool) -> Entry:
    """The entry with a reader's thumb. Of an answer that is only liked nothing is kept but that it is."""
    voted = replace(entry, vote="up" if up else "down")
    if voted.why != "thumbs_up":
        return voted
    return Entry(id=entry.id, day=entry.day, fingerprint=entry.fingerprint, vote="up")
