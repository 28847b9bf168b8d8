"""One sitting of curating: what is left to decide, and what a decision does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from coach import Coach
from coach.errors import NotFoundError
from coach.feedback import FeedbackStore, anonymise, get_store_path

from .candidates import Candidate, from_notes, from_run, merge
from .curated import accept, accepted_ids, check_row, reject, rejected_ids
from .dataset import Dataset, DatasetError, Gold, get_shipped, load_dataset, read_rows
from .run import read_run
from .suggesting import CHOSEN, offer_sentences, suggest_row


@dataclass(frozen=True)
class Sitting:
    """The candidates that nobody has decided on, and where decisions go."""

    coach: Coach
    out: Path
    store: FeedbackStore
    candidates: tuple[Candidate, ...]
    _offers: dict[str, list[Gold]] = field(default_factory=dict)

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The documents by id, for checking labels."""
        return {d.id: self.coach.document(d.id).text for d in self.coach.documents()}

    def get(self, id_: str) -> Candidate:
        """A candidate by its id; NotFoundError when there is none, or it is decided."""
        for candidate in self.candidates:
            if candidate.id == id_:
                return candidate
        raise NotFoundError(f"There is no open candidate {id_[:80]}.", remedy="See `coach eval curate --list`.")

    def offer(self, candidate: Candidate) -> list[Gold]:
        """Sentences of the guides that may answer it, best first."""
        if candidate.id not in self._offers:
            self._offers[candidate.id] = offer_sentences(candidate, self.coach)
        return self._offers[candidate.id]

    def suggest(
        self, candidate: Candidate, *, numbers: Sequence[int] = (), expect: str = "", kind: str = ""
    ) -> dict[str, Any]:
        """A row; `numbers` choose gold sentences among those offered, from 1, and mean that it can be answered."""
        offered = self.offer(candidate)
        for number in numbers:
            if not 1 <= number <= len(offered):
                raise NotFoundError(f"There is no sentence {number}.", remedy=f"There are 1 to {len(offered)}.")
        gold = [offered[n - 1] for n in numbers] or offered[:CHOSEN]
        expect = expect or ("answer" if numbers else "")
        return suggest_row(candidate, gold, self.coach.parts.vocabulary, expect=expect, kind=kind)

    def accept(self, candidate: Candidate, row: Mapping[str, Any]) -> None:
        """Put a row into the dataset, then forget its notes. Raises DatasetError when its labels do not hold."""
        stale = check_row(row, self.texts)
        if stale:
            raise DatasetError(f"The labels do not hold: {stale[0].fault.replace('_', ' ')}: {stale[0].detail}.")
        accept(self.out, row, sorted(self.texts))
        self.store.remove(candidate.notes)

    def reject(self, candidate: Candidate) -> None:
        """Turn a candidate down for good, and forget the notes it was made of."""
        reject(self.out, candidate.id)
        self.store.remove(candidate.notes)


def open_sitting(coach: Coach, out: Path, *, notes: Path | None = None, logs: Sequence[Path] = ()) -> Sitting:
    """Candidates from the readers' notes (those of this Coach by default) and from logs of runs, without decided ones.

    Raises DatasetError for a log or a dataset that cannot be read, StorageError for notes that cannot.
    """
    settings, vocabulary = coach.settings, coach.parts.vocabulary
    store = FeedbackStore(notes or get_store_path(settings), days=settings.feedback_days)
    found = from_notes(store.entries())
    for log in logs:
        run = read_run(log)
        found += from_run(run, _questions_of(run.header), lambda text: anonymise(text, vocabulary))
    decided = accepted_ids(out) | rejected_ids(out)
    open_ = [c for c in found if c.id not in decided]
    store.remove([note for c in found if c.id in decided for note in c.notes])  # a kill came between the two
    left = merge(open_, _known_questions(out), embed=_get_embed(coach), vocabulary=vocabulary)
    return Sitting(coach, out, store, tuple(left))


def _get_embed(coach: Coach) -> Any:
    from coach.embedding import get_embedder

    return get_embedder(coach.settings).embed


def _questions_of(header: Mapping[str, Any]) -> Dataset:
    path = str(header.get("dataset_path") or "")
    return load_dataset(path if path and Path(path).is_file() else str(header.get("dataset") or ""))


def _known_questions(out: Path) -> list[str]:
    """Questions of the datasets that ship and of the one being made: nothing is asked for twice."""
    shipped = sorted(get_shipped("x").parent.glob("*.jsonl"))
    files = [*shipped, *([out] if out.exists() else [])]
    return [" ".join((*(row.get("turns") or ()), str(row["question"]))) for file in files for row in read_rows(file)]
