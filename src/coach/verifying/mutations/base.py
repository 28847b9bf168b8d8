"""What a change of a sentence is."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from coach.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Variant:
    """A changed sentence and the kind of change."""

    kind: str
    text: str


Change = Callable[[str, random.Random, Vocabulary], str | None]
