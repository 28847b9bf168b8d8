"""Words of a field that nobody wrote down: roles and dimensions read off the shape of a ladder.

A ladder repeats itself: the same few headings (scope, decisions, ...) stand under each of several positions, or
the positions stand under each of several aspects, as in the rows and columns of a matrix. Where such a grid names
positions people hold, they are roles, and what is repeated under them are dimensions. What a vocabulary file says
of a word comes first.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from coach.slugs import to_slug
from coach.vocabulary import Dimension, Role, Vocabulary

Path = tuple[str, ...]  # headings from the outermost to the innermost
MOST_ROLES = 300  # of one index: each makes the matching of every sentence a little slower
_MOST_WORDS = 6  # of the name of a position

_LEVEL = re.compile(r"(?:level|grade|band|tier|stage|rung|l|e|p|m|ic)[\s-]?(\d{1,2})[a-z]?", re.IGNORECASE)
_PARTS = re.compile(r"\s*(?:[:;,|()\[\]\u2013\u2014]|\s-\s)\s*")
_ACRONYM = re.compile(r"[A-Z][A-Za-z]{0,3}[A-Z]")
# The last word before "of" or "de" of what people are: an engineer, a sous chef, a director of nursing, a nurse II.
_POSITION = re.compile(
    r"(?:\w+(?:er|or|ist|yst|ian|ant|man|woman|ee)|architect|associate|apprentice|expert|secretary|steward|captain|pilot|chef|lead|head|chief|nurse|fellow|intern|clerk|cook|coach|aide|"
    r"staff|graduate|junior|senior|principal|vp|president|c[a-z]o)s?(?:\s+(?:[ivx]+|\d))?",
    re.IGNORECASE,
)
_THINGS = re.compile(  # that end like people
    r"(?:\w+ware|ladder|order|number|chapter|paper|matter|career|offer|error|factor|transfer|center|calendar|folder|"
    r"timer|server|computer|container|router|printer|register|letter|answer|quarter|summer|winter|corner|layer|"
    r"charter|power|behavior|labor|sensor|color|motor|monitor|editor|list|checklist|assist|water|weather|dinner)s?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\b(?:to|and|or|vs|versus|between|into|than|with|from)\b|&", re.IGNORECASE)
_OF = re.compile(r"\s+(?:of|for|in|de|du|di|von|at)\s+", re.IGNORECASE)
_HIGH = re.compile(r"\b(?:chief|head|director|vp|president|executive|principal|senior|c[a-z]o)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Learned:
    """What the documents themselves say of the words of their field."""

    roles: tuple[Role, ...] = ()
    dimensions: tuple[Dimension, ...] = ()


def extend(vocabulary: Vocabulary, learned: Learned) -> Vocabulary:
    """The vocabulary with what was learned; the same object when that is nothing."""
    if not (learned.roles or learned.dimensions):
        return vocabulary
    roles = {r.id: r for r in learned.roles} | dict(vocabulary.roles)
    dimensions = {d.id: d for d in learned.dimensions} | dict(vocabulary.dimensions)
    return replace(vocabulary, roles=roles, dimensions=dimensions)


def learn(outlines: Iterable[tuple[str, Sequence[Path]]], known: Vocabulary) -> Learned:
    """Roles and dimensions that the heading paths of documents show, without those already known.

    `outlines` holds for each document its id and its heading paths in the order of the text.
    """
    roles: dict[str, Role] = {}
    aspects: dict[str, Dimension] = {}
    for document_id, outline in outlines:
        for names, shared in _find_grids(outline):
            for role in _to_roles(names, known, document_id):
                roles.setdefault(role.id, role)
            for aspect in shared:
                if not known.find_dimensions(aspect, of="headings") and not known.find_roles(aspect):
                    dimension = Dimension(f"learned-{to_slug(aspect)}", (aspect.lower(),), (aspect.lower(),))
                    aspects.setdefault(dimension.id, dimension)
    kept = tuple(list(roles.values())[:MOST_ROLES])
    return Learned(_settle_aliases(kept, known), tuple(aspects.values())[:MOST_ROLES])


def _find_grids(outline: Sequence[Path]) -> Iterable[tuple[list[str], list[str]]]:
    """For each grid of headings, the headings that name positions and the aspects told of them."""
    children: dict[Path, dict[str, None]] = defaultdict(dict)
    for path in outline:
        for depth in range(len(path)):
            children[path[:depth]].setdefault(path[depth])
    for parent, siblings in list(children.items()):
        under = {s: [_without_subject(c, s) for c in children.get((*parent, s), ())] for s in siblings}
        counts = Counter(c for cs in under.values() for c in dict.fromkeys(cs))
        shared = [c for c, n in counts.items() if n >= 2]
        grid = [s for s, cs in under.items() if set(cs) & set(shared)]
        if len(grid) < 2 or (len(shared) == 1 and len(grid) < 3):
            continue
        if sum(is_position(s) for s in grid) >= 2:
            yield _find_positions(siblings, grid), shared
        elif sum(is_position(c) for c in shared) >= 2:
            yield [c for c in shared if is_position(c)], grid


def _find_positions(siblings: Iterable[str], grid: Sequence[str]) -> list[str]:
    """The positions of a grid, and those beside it that are called alike though little is told of them."""
    heads = {_get_head(s).lower() for s in grid if is_position(s)}
    return [s for s in siblings if is_position(s) and (s in grid or _get_head(s).lower() in heads)]


def _without_subject(heading: str, above: str) -> str:
    """A heading without the name it repeats from the one above: "Sous chef: scope" is about the scope."""
    before, colon, after = heading.partition(":")
    repeats = colon and after.strip() and _read(before)[0].lower() == _read(above)[0].lower()
    return (after if repeats else heading).strip()


def is_position(heading: str) -> bool:
    """Whether a heading names what somebody is: a short name that ends as names of positions do, or a level."""
    name, _, level = _read(heading)
    if not name or level is not None:
        return level is not None
    if len(name.split()) > _MOST_WORDS or name.endswith(("?", "!", ".")) or _BETWEEN.search(name):
        return False
    head = _get_head(heading)
    return bool(_ACRONYM.fullmatch(name) or (_POSITION.fullmatch(head) and not _THINGS.fullmatch(head)))


def _get_head(heading: str) -> str:
    """The word that says what a name names: "director" of a director of nursing, "nurse II" of a ward nurse II."""
    words = _OF.split(_read(heading)[0])[0].split()
    numbered = len(words) > 1 and re.fullmatch(r"[IVX]+|\d", words[-1])
    return " ".join(words[-2:] if numbered else words[-1:])


def _read(heading: str) -> tuple[str, tuple[str, ...], int | None]:
    """The name in a heading such as "Level 4: Senior Nurse (SN)", its other names, and its number if it has one."""
    name, others, level = "", [], None
    for part in filter(None, _PARTS.split(heading.strip())):
        if found := _LEVEL.fullmatch(part):
            level = int(found[1])
            others.append(part)
        elif not name:
            name = part
        elif _ACRONYM.fullmatch(part):
            others.append(part)
    return name, tuple(others), level


def _to_roles(headings: Sequence[str], known: Vocabulary, ladder: str) -> Iterable[Role]:
    """The positions as roles on one ladder, lowest first; a position that is known already is left out."""
    read = [(name or others[0], others if name else others[1:], level) for name, others, level in map(_read, headings)]
    levels = [level for *_, level in read]
    numbered = None not in levels and len(set(levels)) == len(levels)
    if not numbered:
        falling = len(read) > 1 and bool(_HIGH.search(read[0][0])) and not _HIGH.search(read[-1][0])
        levels = list(range(len(read), 0, -1)) if falling else list(range(1, len(read) + 1))
    for (name, others, _), level in zip(read, levels, strict=True):
        mentions = known.find_mentions(name)
        if not (mentions and mentions[0].end - mentions[0].start >= len(name) - 1):
            plain = name[:1].lower() + name[1:] if name[1:2].islower() else name
            yield Role(f"learned-{to_slug(name)}", plain, others, ladder, level)


def _settle_aliases(roles: Sequence[Role], known: Vocabulary) -> tuple[Role, ...]:
    """Drop every other name that two roles share or that the vocabulary already gives to one."""
    counts = Counter(a.lower() for r in roles for a in r.aliases)
    return tuple(replace(r, aliases=tuple(_free(r.aliases, counts, known))) for r in roles)


def _free(aliases: Collection[str], counts: Counter[str], known: Vocabulary) -> Iterable[str]:
    return (a for a in aliases if counts[a.lower()] == 1 and not known.find_roles(a))
