"""Questions that went badly, as candidates for a dataset: from readers' notes and from logs, near-duplicates as one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coach.feedback import Entry

from .dataset import Dataset, Sample
from .run import Record, Run

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from coach.vocabulary import Vocabulary

ALIKE_IN_WORDS = 88.0  # RapidFuzz's token_sort_ratio, 0 to 100
ALIKE_IN_MEANING = 0.93  # cosine of the embedded questions
_WORTH = ("thumbs_down", "dropped_claims", "abstention", "failed")  # what a person should see first

Embed = Callable[[Sequence[str]], "NDArray[np.float32]"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that may become a sample; texts are anonymised.

    `why` says what happened to it and how often; `notes` are the ids of the readers' notes it was made of.
    """

    id: str
    question: str
    turns: tuple[str, ...] = ()
    why: Mapping[str, int] | None = None
    answer: str = ""
    reason: str = ""  # of an abstention
    dropped: tuple[str, ...] = ()
    cited: tuple[tuple[str, str], ...] = ()  # document and quote
    notes: tuple[str, ...] = ()

    @property
    def seen(self) -> int:
        """How often it was asked."""
        return sum((self.why or {}).values())

    @property
    def wording(self) -> str:
        """The whole conversation as one text, for telling duplicates."""
        return " ".join((*self.turns, self.question))


def make_id(question: str, turns: Sequence[str] = ()) -> str:
    """An id that the same question has in every session, whatever its case, blanks and punctuation at the end."""
    plain = "\n".join(" ".join(t.lower().split()).rstrip(" ?.!") for t in (*turns, question))
    return f"c-{hashlib.sha256(plain.encode()).hexdigest()[:10]}"


def from_notes(entries: Iterable[Entry]) -> list[Candidate]:
    """A candidate for each note of something that went badly; what was only liked is none."""
    return [_from_note(e, e.why) for e in entries if e.question and e.why and e.why != "thumbs_up"]


def _from_note(entry: Entry, why: str) -> Candidate:
    return Candidate(
        id=make_id(entry.question, entry.turns),
        question=entry.question,
        turns=entry.turns,
        why={why: 1},
        answer=entry.answer,
        reason=entry.reason,
        dropped=tuple(f"{d.text} ({d.why or d.verdict})" for d in entry.dropped),
        cited=tuple((c.document, c.quote) for c in entry.cited),
        notes=(entry.id,),
    )


def from_run(run: Run, dataset: Dataset, anonymise: Callable[[str], str]) -> list[Candidate]:
    """A candidate for each question of a logged run that was declined, lost a claim or was judged wrong."""
    samples = {s.id: s for s in dataset.samples}
    pairs = [(samples[r.id], r, why) for r in run.records if r.id in samples and (why := _why(r))]
    return [_from_record(sample, record, why, anonymise) for sample, record, why in pairs]


def _why(record: Record) -> str:
    reply = record.reply
    if reply.error:
        return ""
    if reply.abstained:
        return "abstention"
    if reply.dropped:
        return "dropped_claims"
    return "failed" if record.score.correct is False else ""


def _from_record(sample: Sample, record: Record, why: str, anonymise: Callable[[str], str]) -> Candidate:
    question, turns = anonymise(sample.question), tuple(anonymise(t) for t in sample.turns)
    return Candidate(
        id=make_id(question, turns),
        question=question,
        turns=turns,
        why={why: 1},
        answer="" if record.reply.abstained else anonymise(record.reply.text),
        reason=record.reply.reason,
        dropped=tuple(f"{anonymise(d.text)} ({d.why or d.verdict})" for d in record.reply.dropped),
        cited=tuple((c.document, c.quote) for c in record.reply.citations),
    )


def merge(
    candidates: Sequence[Candidate], known: Sequence[str], *, embed: Embed, vocabulary: Vocabulary
) -> list[Candidate]:
    """Near-duplicates made one, those near a `known` question left out, the worst and most frequent first.

    Two questions are alike when their words or their meaning are, and they name the same roles, aspects and figures:
    "how many engineers does a director lead" is not "... a VP lead".
    """
    if not candidates:
        return []
    alike = _likeness([*(c.wording for c in candidates), *known], len(candidates), embed, vocabulary)
    kept: list[int] = []
    merged: dict[int, Candidate] = {}
    for row, candidate in enumerate(candidates):
        if alike[row, len(candidates) :].any():
            continue
        first = next((k for k in kept if alike[row, k]), None)
        if first is None:
            kept.append(row)
            merged[row] = candidate
        else:
            merged[first] = _join(merged[first], candidate)
    return sorted(merged.values(), key=lambda c: (_rank(c), -c.seen, c.id))


def _likeness(texts: Sequence[str], rows: int, embed: Embed, vocabulary: Vocabulary) -> NDArray[np.bool_]:
    """Which of the first `rows` texts are like which of all: shape (rows, len(texts)).

    Only texts that have their subject in common are compared, so only those are embedded.
    """
    import numpy as np
    from rapidfuzz import fuzz, process, utils

    subjects = [_subject(t, vocabulary) for t in texts]
    numbers = {s: n for n, s in enumerate(dict.fromkeys(subjects))}
    about = np.array([numbers[s] for s in subjects])
    shared = [n for n in range(len(texts)) if n < rows or subjects[n] in subjects[:rows]]
    found = embed([texts[n] for n in shared])
    vectors = np.zeros((len(texts), found.shape[1]), dtype=np.float32)
    vectors[shared] = found
    words = process.cdist(texts[:rows], texts, scorer=fuzz.token_sort_ratio, processor=utils.default_process)
    close = (words >= ALIKE_IN_WORDS) | (vectors[:rows] @ vectors.T >= ALIKE_IN_MEANING)
    return close & (about[:rows, None] == about[None, :])


def _subject(text: str, vocabulary: Vocabulary) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """What two questions must have in common to be the same: roles, aspects, figures."""
    return (
        frozenset(vocabulary.find_roles(text)),
        frozenset(vocabulary.find_dimensions(text)),
        frozenset(re.findall(r"\d+", text)),
    )


def _join(first: Candidate, second: Candidate) -> Candidate:
    why = dict(first.why or {})
    for name, count in (second.why or {}).items():
        why[name] = why.get(name, 0) + count
    return replace(
        first,
        why=why,
        answer=first.answer or second.answer,
        reason=first.reason or second.reason,
        dropped=tuple(dict.fromkeys((*first.dropped, *second.dropped))),
        cited=tuple(dict.fromkeys((*first.cited, *second.cited))),
        notes=(*first.notes, *second.notes),
    )


def _rank(candidate: Candidate) -> int:
    return min((_WORTH.index(name) for name in candidate.why or {} if name in _WORTH), default=len(_WORTH))
