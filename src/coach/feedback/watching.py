"""A Coach that notes what its readers were not served well with. Noting never costs a reader the answer."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

from coach.coach import Coach, Parts
from coach.errors import NotFoundError, StorageError
from coach.feedback.entries import Entry, to_entry, vote_on
from coach.feedback.store import FeedbackStore, get_store_path
from coach.types import Finished, Found, Question, Shown, Style, Turn

log = logging.getLogger("coach.feedback")

RECENT = 500  # answers a reader can still vote on; they are held in memory and written only with a vote


def watch(coach: Coach) -> Coach:
    """The same Coach, noting feedback where the settings say so."""
    settings = coach.settings
    if not settings.feedback:
        return coach
    return WatchedCoach(coach.parts, FeedbackStore(get_store_path(settings), days=settings.feedback_days))


class WatchedCoach(Coach):
    """Notes abstentions and dropped claims of what it answers, and readers' thumbs."""

    def __init__(self, parts: Parts, store: FeedbackStore) -> None:
        """Take the parts of a Coach, and where to note."""
        super().__init__(parts)
        self._feedback = store
        self._recent: OrderedDict[str, Entry] = OrderedDict()
        self._lock = threading.Lock()

    def stream(
        self,
        question: str | Question,
        *,
        history: Sequence[Turn] = (),
        profile: Mapping[str, Any] | None = None,
        style: Style = "auto",
        collection: str | None = None,
        top_k: int | None = None,
    ) -> Iterator[Found | Shown | Finished]:
        """As `Coach.stream`; the result is noted before it is handed over."""
        events = super().stream(
            question, history=history, profile=profile, style=style, collection=collection, top_k=top_k
        )
        return self._note(events, history if isinstance(question, str) else question.history)

    def starters(self) -> tuple[str, ...]:
        """As `Coach.starters`; nobody asked these questions, so nothing is noted."""
        return Coach(self.parts).starters()

    def vote(self, answer_id: str, *, up: bool) -> None:
        """Note a reader's thumb on an answer; the newest counts.

        Raises NotFoundError for an answer that was not given lately, StorageError when it cannot be written.
        """
        with self._lock:
            entry = self._recent.get(answer_id)
        if entry is None:
            raise NotFoundError("There is no such answer any more.", remedy="Ask again, then say how it was.")
        self._feedback.put(vote_on(entry, up=up))

    def _note(
        self, events: Iterator[Found | Shown | Finished], history: Sequence[Turn]
    ) -> Iterator[Found | Shown | Finished]:
        with closing(events):  # type: ignore[type-var]
            for event in events:
                if isinstance(event, Finished):
                    self._keep(to_entry(event.result, history, self.parts.vocabulary))
                yield event

    def _keep(self, entry: Entry) -> None:
        with self._lock:
            self._recent[entry.id] = entry
            while len(self._recent) > RECENT:
                self._recent.popitem(last=False)
        if entry.why is None:
            return
        try:
            self._feedback.put(entry)
        except StorageError as error:
            log.warning("%s", error)
