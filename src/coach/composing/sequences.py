"""Whether two sentences put the roles of a ladder in a different order, or one knows a rung that the other does not."""

from __future__ import annotations

import itertools
import re

from coach.vocabulary import RoleMention, Vocabulary

ASPECT = "which steps there are, and in what order"
# Words by which a question asks for the order of things.
ASKED = frozenset(
    "level levels step steps stage stages rung rungs ladder order next after before follow follows path track".split()
)
_BRACKETS = re.compile(r"\s*\([^)]*\)")
_ORDERED = re.compile(r"\b(?:in order|levels?|steps?|stages?|rungs?|ladder|runs? from|then)\b", re.IGNORECASE)
_MOVES = re.compile(r"\bnext (?:step|level|role|rung)\b|\bfrom\b", re.IGNORECASE)
_ONE_STEP = re.compile(
    r"(?:'?s)?\s*(?:,\s*(?:and|then|and then|or)?|,?\s*\b(?:to|then|and|and then)\b)\s*(?:an?\s|the\s)?",
    re.IGNORECASE,
)
_NEXT = re.compile(r"(?:'?s)?[^,;]*?\b(?:is|to)\s(?:that of\s)?(?:an?\s|the\s)?", re.IGNORECASE)


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


def differ(left: tuple[tuple[str, str], ...], right: tuple[tuple[str, str], ...], asked: tuple[str, ...] = ()) -> bool:
    """Whether a role is followed by another one here than there; `asked` are the only roles that count, if any."""
    ours, theirs = dict(left), dict(right)
    shared = (role for role in ours.keys() & theirs.keys() if not asked or role in asked)
    return any(ours[role] != theirs[role] for role in shared)


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
