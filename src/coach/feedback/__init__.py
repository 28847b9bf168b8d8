"""What readers were not served well with, kept for maintainers when `COACH_FEEDBACK` is on, and never otherwise.

`watch(coach)` is the same Coach with a store behind it: abstentions and dropped claims of served answers are noted by
themselves, `WatchedCoach.vote` notes a reader's thumb. `coach eval curate` turns the notes into questions of a dataset.
"""

from __future__ import annotations

from coach.feedback.anonymising import anonymise
from coach.feedback.entries import Entry, to_entry
from coach.feedback.store import FeedbackStore, get_store_path
from coach.feedback.watching import WatchedCoach, watch

__all__ = ["Entry", "FeedbackStore", "WatchedCoach", "anonymise", "get_store_path", "to_entry", "watch"]
