"""How English asks, read from `vocabulary/english.toml`: stop words, forms of question, kinds of quantity."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, cast

from coach import vocabulary
from coach.quantities import Unit

Form = Literal["quantity", "who", "transition", "comparison", "list", "definition", "yes_no", "advice", "explanation"]

_QUESTION = re.compile(r"[^.!?]+\?")


@dataclass(frozen=True, slots=True)
class Need:
    """What a sentence must hold to answer a question of this kind."""

    asked: re.Pattern[str]
    held: re.Pattern[str]
    of_quantity: bool


@dataclass(frozen=True)
class English:
    """The patterns of the file, compiled."""

    stop_words: frozenset[str]
    unit_words: frozenset[str]
    comparing: frozenset[str]
    setting_apart: re.Pattern[str]
    purpose: re.Pattern[str]
    negated: re.Pattern[str]
    denied: re.Pattern[str]
    own_level: re.Pattern[str]
    across_guides: re.Pattern[str]
    ranking: re.Pattern[str]
    ranked: re.Pattern[str]
    asking: re.Pattern[str]
    choosing: re.Pattern[str]
    disputing: re.Pattern[str]
    from_to: re.Pattern[str]
    moving: re.Pattern[str]
    changing: re.Pattern[str]
    shifting: re.Pattern[str]
    contrasting: re.Pattern[str]
    questioning: re.Pattern[str]
    wanting: re.Pattern[str]
    ranging: re.Pattern[str]
    climbing: re.Pattern[str]
    onward: re.Pattern[str]
    sweeping: re.Pattern[str]
    singling: re.Pattern[str]
    sweep_words: frozenset[str]
    somebody: re.Pattern[str]
    telling: re.Pattern[str]
    told: re.Pattern[str]
    named_word: re.Pattern[str]
    asks_superior: re.Pattern[str]
    managed: re.Pattern[str]
    manages: re.Pattern[str]
    answers_to: re.Pattern[str]
    reaching: re.Pattern[str]
    reached: re.Pattern[str]
    premises: tuple[re.Pattern[str], ...]
    why_not: re.Pattern[str]
    reported: re.Pattern[str]
    no_statement: re.Pattern[str]
    stands_for: re.Pattern[str]
    ceasing: re.Pattern[str]
    just_one: re.Pattern[str]
    intensifying: re.Pattern[str]
    pointing: re.Pattern[str]
    expletive: re.Pattern[str]
    elliptic: re.Pattern[str]
    filler: re.Pattern[str]
    whole: re.Pattern[str]
    definition: re.Pattern[str]
    assent: re.Pattern[str]
    offer: re.Pattern[str]
    former: re.Pattern[str]
    persons: re.Pattern[str]
    both: re.Pattern[str]
    no_quantity: re.Pattern[str]
    up: re.Pattern[str]
    down: re.Pattern[str]
    top: re.Pattern[str]
    resuming: re.Pattern[str]
    ordinal: re.Pattern[str]
    units: tuple[tuple[Unit, re.Pattern[str]], ...]
    forms: tuple[tuple[Form, re.Pattern[str]], ...]
    needs: tuple[Need, ...]

    def find_unit(self, text: str) -> Unit | None:
        """The kind of quantity a question asks for, or None."""
        if self.no_quantity.search(text):
            return None
        return next((unit for unit, pattern in self.units if pattern.search(text)), None)

    def meets_needs(self, question: str, text: str, *, of_quantity: bool) -> bool:
        """Whether a text holds what this question needs: a place, an author, hours rather than years."""
        asked = (n for n in self.needs if n.of_quantity is of_quantity and n.asked.search(question))
        return all(n.held.search(text) for n in asked)

    def find_form(self, text: str, *, role_count: int) -> Form:
        """What form of answer a question asks for; 'explanation' when nothing says otherwise."""
        if self.find_unit(text):
            return "quantity"
        if role_count == 2 and self.from_to.search(text):
            return "transition"
        return next((form for form, pattern in self.forms if pattern.search(text)), "explanation")


@lru_cache(maxsize=1)
def get_english() -> English:
    """The shipped patterns; read once."""
    content = tomllib.loads(Path(vocabulary.__file__).with_name("english.toml").read_text(encoding="utf-8"))
    read: dict[str, Any] = {}
    for name, kind in ((f.name, f.type) for f in fields(English)):
        if kind == "frozenset[str]":
            read[name] = frozenset(content[name].split())
        elif kind == "re.Pattern[str]":
            written = content[name]
            read[name] = _compile([written] if isinstance(written, str) else written)
    return English(
        **read,
        premises=tuple(_compile([p]) for p in content["premises"]),
        units=tuple((cast(Unit, u["unit"]), _compile(u["patterns"])) for u in content["units"]),
        forms=tuple((cast(Form, f["form"]), _compile(f["patterns"])) for f in content["forms"]),
        needs=tuple(
            Need(_compile([n["asked"]]), _compile([n["held"]]), n.get("of_quantity", False)) for n in content["needs"]
        ),
    )


def join_questions(text: str) -> str:
    """The sentences of a text that end as questions, as one; "" where none does."""
    return " ".join(_QUESTION.findall(text))


def _compile(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in patterns), re.IGNORECASE | re.DOTALL | re.MULTILINE)
