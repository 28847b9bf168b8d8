"""Whether two sentences put the roles of a ladder in a different order, or one knows a rung that the other does not."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping

from coach.retrieval.query import leave_out_roles
from coach.vocabulary import RoleMention, Vocabulary

ASPECT = "which steps there are, and in what order"
# How a question asks for the order of things: "which steps", "what comes after"; "a first-level manager" does not.
_ASKED = re.compile(
    r"\b(?:levels|steps|stages|rungs|transitions)\b|\b(?:in|the|what|which) order\b"
    r"|\bnext (?:level|step|stage|rung|role|position|title|job|box|one)\b|\b(?:what|who|which)(?:'s| is| comes)? next\b"
    r"|\b(?:comes?|goes|is|what's|straight|right|directly|step|rung|level|role)\b(?: \w+){0,2} "
    r"(?:after|before|follows?)\b"
    r"|\b(?:follows|after|above)\W*$",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\s*\([^)]*\)")
_ORDERED = re.compile(r"\b(?:in order|levels?|steps?|stages?|rungs?|ladder|runs? from|then)\b", re.IGNORECASE)
_MOVES = re.compile(r"\bnext (?:step|level|role|rung)\b|\bfrom\b", re.IGNORECASE)
_ONE_STEP = re.compile(
    r"(?:'?s)?\s*(?:,\s*(?:and|then|then to|and then|or)?|,?\s*\b(?:to|then|then to|and|and then)\b)\s*"
    r"(?:an?\s|the\s)?",
    re.IGNORECASE,
)
_NEXT = re.compile(r"(?:'?s)?[^,;]*?\b(?:is|to)\s(?:that of\s)?(?:an?\s|the\s)?", re.IGNORECASE)


def asks_for_order(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a question asks which steps there are or what comes after what; names of roles ask for nothing."""
    return _ASKED.search(leave_out_roles(text, vocabulary)) is not None


def find_steps(text: str, vocabulary: Vocabulary) -> tuple[tuple[str, str], ...]:
    """Pairs of roles of which a sentence says that one follows the other with none between them."""
    text = _BRACKETS.sub("", text)
    mentions = _distinct(vocabulary.find_mentions(text))
    between = [text[a.end : b.start] for a, b in itertools.pairwise(mentions)]
    pairs = [(a.role, b.role) for a, b in itertools.pairwise(mentions)]
    if len(mentions) >= 3 and _ORDERED.search(text):
        joints = [_ONE_STEP] * len(pairs)
    elif len(mentions) == 2 and _MOVES.search(text[: mentions[0].start]):
        joints = [_NEXT]
    else:
        return ()
    followed = zip(pairs, between, joints, strict=True)
    return tuple(pair for pair, gap, joint in followed if joint.fullmatch(gap) and _on_one_ladder(pair, vocabulary))


def differ(left: tuple[tuple[str, str], ...], right: tuple[tuple[str, str], ...], asked: tuple[str, ...] = ()) -> int:
    """2 where a role has another one after it here than there, 1 where another one before it, else 0.

    `asked` are the only roles that count, if any. What stands before a role counts only where it is asked about too:
    "after a director" asks for nothing before.
    """
    after = _part_at(dict(left), dict(right))
    before = _part_at(*({b: a for a, b in steps} for steps in (left, right)))
    if any(not asked or role in asked for role in after):
        return 2
    return int(any(not asked or (r in asked and {a, b} & {*asked}) for r, (a, b) in before.items()))


def _part_at(ours: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """The roles that have another neighbour here than there, with both neighbours."""
    return {role: (ours[role], theirs[role]) for role in ours.keys() & theirs.keys() if ours[role] != theirs[role]}


def _distinct(mentions: tuple[RoleMention, ...]) -> list[RoleMention]:
    """Mentions without those that name again the role just named."""
    kept: list[RoleMention] = []
    for mention in mentions:
        if kept and kept[-1].role == mention.role:
            kept[-1] = RoleMention(mention.role, kept[-1].start, mention.end)
        else:
            kept.append(mention)
    return kept


def _on_one_ladder(pair: tuple[str, str], vocabulary: Vocabulary) -> bool:
    ladder, other = (vocabulary.roles[role].ladder for role in pair)
    return bool(ladder) and ladder == other
