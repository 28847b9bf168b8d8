"""Restatements that keep a sentence true."""

from __future__ import annotations

import random
import re

from coach.verifying.mutations.editing import fix_articles, put, spell, to_lower
from coach.verifying.mutations.quantities import NUMBER, RANGE
from coach.vocabulary import Vocabulary

_RESTATED = (
    ("leads", "manages"), ("manages", "leads"), ("multiple", "several"), ("several", "multiple"),
    ("needs", "requires"), ("hires", "recruits"), ("recruits", "hires"), ("helps", "supports"), ("large", "big"),
    ("companies", "organizations"), ("company", "organization"), ("goals", "objectives"), ("makes sure", "ensures"),
    ("shows", "demonstrates"), ("problems", "issues"), ("sets", "defines"), ("duties", "responsibilities"),
)  # fmt: skip


def spell_numbers(sentence: str, _: random.Random, __: Vocabulary) -> str | None:
    """Write the numbers in words."""
    return NUMBER.sub(lambda m: spell(int(m.group())), sentence)


def dash_ranges(sentence: str, rng: random.Random, _: Vocabulary) -> str | None:
    """Write ranges with a dash."""
    return RANGE.sub(rf"\1{rng.choice('-–—')}\2", sentence)


def between_ranges(sentence: str, _: random.Random, __: Vocabulary) -> str | None:
    """Write ranges with "between" and "and"."""
    return RANGE.sub(r"between \1 and \2", sentence) if "or more" not in sentence else None


def rename_role(sentence: str, rng: random.Random, vocabulary: Vocabulary) -> str | None:
    """Call a role by one of its other names."""
    mentions = vocabulary.find_mentions(sentence)
    short = {
        "engineering-manager": "EM",
        "senior-engineering-manager": "senior EM",
        "vp": "vice president of engineering",
    }
    short |= {
        "director": "engineering director",
        "cto": "CTO",
        "tech-lead": "tech lead",
        "individual-contributor": "IC",
    }
    usable = [m for m in mentions if m.role in short and not sentence[m.end :].startswith((" (", ")"))]
    if not usable:
        return None
    one = rng.choice(usable)
    plural = "s" if sentence[one.start : one.end].endswith("s") else ""
    return fix_articles(put(sentence, one.start, one.end, short[one.role] + plural))


def drop_hedge(sentence: str, _: random.Random, __: Vocabulary) -> str | None:
    """Leave out "typically" or "usually"."""
    return re.sub(r"\b(?:typically|usually|generally) ", "", sentence, count=1)


def attribute(sentence: str, rng: random.Random, _: Vocabulary) -> str:
    """Say who says it."""
    opening = rng.choice(["The guides say that", "According to the guides,", "The guides describe how"])
    return f"{opening} {to_lower(sentence)}"


def reword(sentence: str, rng: random.Random, _: Vocabulary) -> str | None:
    """Replace a word by one that means the same."""
    usable = [(old, new) for old, new in _RESTATED if re.search(rf"\b{old}\b", sentence)]
    if not usable:
        return None
    old, new = rng.choice(usable)
    return re.sub(rf"\b{old}\b", new, sentence, count=1)


def front(sentence: str, _: random.Random, __: Vocabulary) -> str | None:
    """Move an opening phrase to the end."""
    match = re.fullmatch(r"((?:In|For|At|On) [^,]{5,50}), ([^,]+)\.", sentence)
    return f"{match[2][0].upper()}{match[2][1:]} {to_lower(match[1])}." if match else None


def change_case(sentence: str, rng: random.Random, _: Vocabulary) -> str:
    """Change the case, the final stop and the blanks."""
    return rng.choice(
        [sentence.upper(), f"  {sentence.rstrip('.')} ", sentence.replace(" ", "  ", 2), sentence.lower()]
    )
