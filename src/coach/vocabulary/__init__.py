"""The words of a field: its roles and levels, the dimensions they are described in, and synonyms.

Read from a small TOML file that a maintainer can edit; nothing of the field stands in code.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from coach.errors import SettingsError
from coach.vocabulary.contraries import Contrary, parse_contrary

SHIPPED = Path(__file__).with_name("engineering.toml")
_HEADINGS_KEPT = 1024  # heading paths whose reading is remembered
_SENTENCES_KEPT = 8192  # sentences whose role names are remembered
_MENTIONS_KEPT, _SHORT = 8192, 500  # texts whose roles are remembered, and their longest: 5 MB at most
# Words that may stand between the start of a sentence and the role it is about.
_OPENERS = re.compile(
    r"^(?:(?:as|at|for|in|on|to|from|a|an|the|each|every|any|most|many|some|new|good|typical|software|level|technical)\s+)*"
    r"(?:\d+[.)]\s*)?$",
    re.IGNORECASE,
)
# Words before a name that say how high somebody stands and not in which field.
_RANKS = frozenset("senior junior staff principal distinguished chief head lead deputy vice sous".split())
_JOINERS = re.compile(r"^(?:\s*\([^)]{0,30}\))?\s*(?:,|or|and|/|,\s*(?:or|and))\s*(?:an?\s+|the\s+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Role:
    """A position people hold: canonical id, the name answers use, and its rung on a ladder if it has one."""

    id: str
    name: str
    aliases: tuple[str, ...]
    ladder: str = ""
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Dimension:
    """One aspect roles are described in, such as scope or growth signs."""

    id: str
    headings: tuple[str, ...]
    questions: tuple[str, ...]
    ask: str = ""  # a person's question for it, with {role}
    ask_between: str = ""  # the same of a move, with {one} and {other}


@dataclass(frozen=True, slots=True)
class RoleMention:
    """Where a text names a role: `text[start:end]`."""

    role: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Annotation:
    """What a sentence is about (roles), whom it names (mentions) and which aspects it treats (dimensions)."""

    roles: tuple[str, ...]
    mentions: tuple[str, ...]
    dimensions: tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """Roles, dimensions and synonyms, with the matching that everything else shares."""

    roles: Mapping[str, Role]
    dimensions: Mapping[str, Dimension]
    synonyms: tuple[frozenset[str], ...] = ()
    contrasts: tuple[tuple[str, str], ...] = ()
    slang: Mapping[str, str] = field(default_factory=dict)
    starters: tuple[str, ...] = ()
    contraries: tuple[Contrary, ...] = ()
    digest: str = field(default="", compare=False)

    def find_mentions(self, text: str) -> tuple[RoleMention, ...]:
        """Every role named in the text, in order; of overlapping names the longest counts."""
        return self._recall_mentions(text) if len(text) <= _SHORT else self._read_mentions(text)

    def find_roles(self, text: str) -> tuple[str, ...]:
        """Ids of the roles a text names, in order of first mention."""
        return tuple(dict.fromkeys(m.role for m in self.find_mentions(text)))

    def find_dimensions(self, text: str, *, of: str = "questions") -> tuple[str, ...]:
        """Ids of the dimensions whose heading words or question words (`of`) stand in the text."""
        folded = f" {_fold(text)} "
        patterns = self._question_patterns if of == "questions" else self._heading_patterns
        return tuple(id_ for id_, pattern in patterns.items() if pattern.search(folded))

    def annotate(self, headings: Sequence[str], text: str) -> Annotation:
        """What a sentence under these headings is about.

        A role that opens the sentence is its subject; else the innermost heading that names roles
        says so; else every role the sentence names.
        """
        mentions = self.find_mentions(text)
        named = tuple(dict.fromkeys(m.role for m in mentions))
        above, dimensions = self._read_headings(tuple(headings))
        return Annotation(_subjects(text, mentions) or above or named, named, dimensions)

    @cached_property
    def shorten_roles(self) -> Callable[[str], str]:
        """The text with each role's name cut down to its head: "technical lead" is a lead and nothing technical.

        A name's other words only tell roles apart, so they say nothing of what a sentence is about; "manager" and
        "director" do. Sentences of the guides come again and again, so the last ones read are remembered.
        """

        def shorten(text: str) -> str:
            out, at = [], 0
            for mention in self.find_mentions(text):
                out += [text[at : mention.start], _find_head(text[mention.start : mention.end])]
                at = mention.end
            return "".join(out) + text[at:]

        return lru_cache(_SENTENCES_KEPT)(shorten)

    def expand(self, word: str) -> frozenset[str]:
        """The word and everything that may stand for it; all lower-case."""
        return self._synonym_index.get(word.lower(), frozenset((word.lower(),)))

    def get_dimension_words(self, dimension: str) -> frozenset[str]:
        """The single words of a dimension's phrases; all lower-case."""
        here = self.dimensions[dimension]
        return frozenset(w for phrase in (*here.questions, *here.headings) for w in phrase.lower().split())

    def get_neighbour(self, role: str, step: int) -> str | None:
        """The role `step` rungs up (or down, when negative) on the same ladder, or None."""
        here = self.roles.get(role)
        if here is None or here.level is None:
            return None
        wanted = here.level + step
        return next((r.id for r in self.roles.values() if r.ladder == here.ladder and r.level == wanted), None)

    def get_lowest(self, head: str) -> str | None:
        """The lowest role on a ladder that is called by this word after one for its field, or None.

        "A manager" is an engineering manager where that is the lowest; "an engineer" is no senior engineer.
        """
        placed = (r for r in self.roles.values() if r.ladder and r.level is not None)
        named = ((r.level or 0, r.id, r.name.lower().split()) for r in placed)
        fitting = [(level, id_) for level, id_, name in named if name[1:] == [head.lower()] and name[0] not in _RANKS]
        return min(fitting, default=(0, None))[1]

    def mask_roles(self, text: str, mark: str) -> str:
        """The text with every role's name as that many marks of one character; all else stays in its place."""
        masked = list(text)
        for mention in self.find_mentions(text):
            masked[mention.start : mention.end] = mark * (mention.end - mention.start)
        return "".join(masked)

    def get_top(self, role: str) -> str | None:
        """The highest role of the ladder that a role stands on, or None for one that stands on none."""
        here = self.roles.get(role)
        if here is None or here.level is None:
            return None
        ladder = (r for r in self.roles.values() if r.ladder == here.ladder and r.level is not None)
        return max(ladder, key=lambda r: r.level or 0).id

    def _read_mentions(self, text: str) -> tuple[RoleMention, ...]:
        found = ((self._alias_owner.get(_fold(m[1])), m) for m in self._role_pattern.finditer(text))
        # A pattern that ignores case takes a dotless i for an i, which lower() does not: no role then.
        return tuple(RoleMention(role, m.start(1), m.end(1)) for role, m in found if role)

    @cached_property
    def _recall_mentions(self) -> Callable[[str], tuple[RoleMention, ...]]:
        """The same, remembered: an answer looks at the headings of each sentence anew."""
        return lru_cache(_MENTIONS_KEPT)(self._read_mentions)

    @cached_property
    def _read_headings(self) -> Callable[[tuple[str, ...]], tuple[tuple[str, ...], tuple[str, ...]]]:
        """Roles of the innermost heading that names any, and the dimensions of all; sentences share their headings."""

        def read(headings: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
            roles: tuple[str, ...] = next((found for h in reversed(headings) if (found := self.find_roles(h))), ())
            dimensions = (d for h in headings for d in self.find_dimensions(h, of="headings"))
            return roles, tuple(dict.fromkeys(dimensions))

        return lru_cache(_HEADINGS_KEPT)(read)

    @cached_property
    def _alias_owner(self) -> dict[str, str]:
        return {_fold(alias): role.id for role in self.roles.values() for alias in (role.name, *role.aliases)}

    @cached_property
    def _role_pattern(self) -> re.Pattern[str]:
        """All names, longest first, whole words, an optional plural s, any run of blanks or hyphens between words."""
        names = sorted(self._alias_owner, key=len, reverse=True)
        if not names:
            return re.compile(r"(?!)()")
        joined = "|".join(re.escape(name).replace(r"\ ", r"[\s\-]+") for name in names)
        return re.compile(rf"(?<![\w.])({joined})(?:'?s)?(?!\w)", re.IGNORECASE)

    @cached_property
    def _question_patterns(self) -> dict[str, re.Pattern[str]]:
        return {d.id: _any_of((*d.questions, *d.headings)) for d in self.dimensions.values()}

    @cached_property
    def _heading_patterns(self) -> dict[str, re.Pattern[str]]:
        return {d.id: _any_of(d.headings) for d in self.dimensions.values()}

    @cached_property
    def _synonym_index(self) -> dict[str, frozenset[str]]:
        index: dict[str, frozenset[str]] = {}
        for group in self.synonyms:
            for word in group:
                index[word] = index.get(word, frozenset()) | group
        return index

    @cached_property
    def words(self) -> frozenset[str]:
        """Every single word the file holds, lower-case: known words when spelling is mended."""
        phrases = [*self._alias_owner, *(w for g in self.synonyms for w in g)]
        phrases += [p for d in self.dimensions.values() for p in (*d.headings, *d.questions)]
        return frozenset(w for p in phrases for w in re.findall(r"[a-z]+", p.lower()))


def load_vocabulary(path: Path | None = None) -> Vocabulary:
    """Read a vocabulary file; None means the one that ships. Raises SettingsError naming what is wrong."""
    source = path or SHIPPED
    try:
        raw = source.read_bytes()
        content = tomllib.loads(raw.decode("utf-8"))
        return _parse(content, hashlib.sha256(raw).hexdigest()[:16])
    except OSError as error:
        raise SettingsError(f"The vocabulary file {source} cannot be read: {error.strerror}.", remedy=_REMEDY) from None
    except _INVALID as error:
        raise SettingsError(f"The vocabulary file {source} is not valid: {error}.", remedy=_REMEDY) from None


_INVALID = (
    tomllib.TOMLDecodeError,
    UnicodeDecodeError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    re.error,
)
_REMEDY = "Correct the file, or unset COACH_VOCABULARY to use the one that ships."


def _parse(content: Mapping[str, Any], digest: str) -> Vocabulary:
    roles = {
        id_: Role(id_, str(r["name"]), tuple(r.get("aliases", ())), str(r.get("ladder", "")), r.get("level"))
        for id_, r in content.get("roles", {}).items()
    }
    dimensions = {
        id_: Dimension(
            id_,
            tuple(d.get("headings", ())),
            tuple(d.get("questions", ())),
            str(d.get("ask", "")),
            str(d.get("ask_between", "")),
        )
        for id_, d in content.get("dimensions", {}).items()
    }
    synonyms = tuple(frozenset(w.lower() for w in g["words"]) for g in content.get("synonyms", ()))
    contrasts = tuple((str(c["words"][0]), str(c["words"][1])) for c in content.get("contrasts", ()))
    starters = tuple(map(str, content.get("starters", {}).get("questions", ())))
    contraries = tuple(map(parse_contrary, content.get("contraries", ())))
    slang = {str(k).lower(): str(v) for k, v in content.get("slang", {}).items()}
    return Vocabulary(roles, dimensions, synonyms, contrasts, slang, starters, contraries, digest)


def _subjects(text: str, mentions: Sequence[RoleMention]) -> tuple[str, ...]:
    """Roles the sentence opens with ("A VP or CTO ..."), or nothing when it opens with other words."""
    if not mentions or not _OPENERS.match(text[: mentions[0].start]):
        return ()
    subjects = [mentions[0]]
    for mention in mentions[1:]:
        between = text[subjects[-1].end : mention.start]
        if between.strip(" ()") == "" or _JOINERS.match(re.sub(r"^'?s\b", "", between)):
            subjects.append(mention)
        else:
            break
    return tuple(dict.fromkeys(m.role for m in subjects))


def _find_head(name: str) -> str:
    """The word that says what a role is: the "manager" of "engineering manager", the "VP" of "VP of Engineering"."""
    return re.split(r"[\s-]+(?:of|without)[\s-]+", name, maxsplit=1, flags=re.IGNORECASE)[0].split()[-1]


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    joined = "|".join(re.escape(_fold(p)) for p in sorted(phrases, key=len, reverse=True))
    return re.compile(rf"(?<=\W)(?:{joined})(?=\W)") if joined else re.compile(r"(?!)")


def _fold(text: str) -> str:
    return re.sub(r"[\s\-]+", " ", text.lower()).strip()
