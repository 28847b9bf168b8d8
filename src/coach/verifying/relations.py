"""Who does what to whom: the two sides of verbs that have a direction, in active and passive voice.

"A manages B", "B is managed by A" and "B reports to A" say one thing; "A reports to B" says the contrary. Each is read
as (what happens, who does it, to whom), and two readings of one kind with their sides exchanged contradict each other.
Only verbs listed here are read, so that a word that merely stands between others is never taken for what joins them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from coach.verifying.reading import Reading, Word
from coach.verifying.words import LIGHT_STEMS, get_same, stem, tokenise

# Each line: what happens, and the verbs that say so with the doer first; "verb+to" counts only before that word.
_FORWARD = """
lead: lead manage supervise oversee head run direct
hire: hire recruit employ
appoint: appoint promote elect nominate
dismiss: fire dismiss
teach: mentor coach teach train tutor
help: help assist support aid
advise: advise counsel
give: give hand send lend offer provide pay grant
tell: tell inform notify brief
ask: ask
delegate: delegate+to
assign: assign
judge: evaluate assess appraise review judge
approve: approve authorize authorise
own: own possess
acquire: acquire buy purchase
beat: beat defeat outrank outperform surpass exceed outnumber outweigh
precede: precede predate
replace: replace supersede
depend: depend+on depend+upon rely+on rely+upon
cause: cause trigger lead+to result+in
contain: contain comprise
become: become
serve: serve
challenge: challenge criticize criticise
protect: protect shield
visit: visit
write: write
found: found establish
"""
# Verbs that say it with the other side first.
_BACKWARD = """
lead: report+to answer+to
teach: learn+from
give: receive get
own: belong+to
precede: follow
cause: result+from stem+from
"""
_IRREGULAR = {
    "led": "lead", "ran": "run", "taught": "teach", "gave": "give", "given": "give", "sent": "send", "lent": "lend",
    "paid": "pay", "told": "tell", "bought": "buy", "beaten": "beat", "became": "become", "wrote": "write",
    "written": "write", "oversaw": "oversee", "overseen": "oversee", "got": "get", "gotten": "get",
}  # fmt: skip
_TAKING = frozenset({"receive", "get"})  # what they take comes "from" somebody
_BE = frozenset("is are was were be been being gets get got".split())
# What stands right before a noun, so that "the support of the team" is not read as a verb.
_BEFORE_NOUN = frozenset(
    """a an the this these those of their its his her your our my no any each every some with for by in on from at
    direct more less own""".split()
)
_BOUNDARY = re.compile(
    r"[;:.?!,\"]|\s-\s|\b(?:who|whom|whose|which|that|whereas|while|but|because|when|if|although|though|so|where|than|as)\b"
)
_PREPOSITION = re.compile(
    r"\b(?:of|in|on|for|with|to|from|at|under|between|through|about|within|across|after|before|by|without|into)\b"
)
_MUTUAL = re.compile(r"\b(?:each other|one another|mutual\w*|themselves|itself)\b")
# Nouns for whoever acts: a side that names one is compared by it, not by what else it holds.
_PARTIES = frozenset(
    stem(word)
    for word in """team member engineer developer manager employee staff report leader company organization department
    board customer user client stakeholder peer colleague executive mentor mentee candidate recruiter student teacher
    parent child worker owner group""".split()
)


@dataclass(frozen=True, slots=True)
class Relation:
    """One thing that somebody does to somebody; each side holds stems of those it may be."""

    what: str
    word: str  # the verb as written
    doer: frozenset[str]
    other: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Verb:
    """A verb where it stands in a text."""

    what: str
    word: str
    start: int
    end: int  # of the verb with its preposition
    turned: bool  # the doer comes second
    passive: bool
    giver: bool  # the doer comes after "from"


def find_reversed(claim: Reading, evidence: Sequence[Reading]) -> str:
    """The verb of the claim whose two sides the evidence only tells the other way round, or ""."""
    told = [relation for reading in evidence for relation in read_relations(reading)]
    for own in read_relations(claim):
        alike = [one for one in told if one.what == own.what]
        if any(_is_crossed(own, one) for one in alike) and not any(_is_straight(own, one) for one in alike):
            return own.word
    return ""


def _is_crossed(one: Relation, other: Relation) -> bool:
    return bool(one.doer & other.other) and bool(one.other & other.doer)


def _is_straight(one: Relation, other: Relation) -> bool:
    return bool(one.doer & other.doer) or bool(one.other & other.other)


def read_relations(reading: Reading) -> tuple[Relation, ...]:
    """Every relation that a sentence states with both of its sides, in order."""
    return _relate(re.sub(r"\([^()]*\)", lambda m: " " * len(m.group()), reading.normal), reading.words)


@lru_cache(maxsize=4096)
def _relate(text: str, words: tuple[Word, ...]) -> tuple[Relation, ...]:
    verbs = _find_verbs(text, words)
    firsts = [_find_first(text, words, verbs, n) for n in range(len(verbs))]
    seconds = [_find_second(text, words, verbs, n) for n in range(len(verbs))]
    sides = [(b, a) if verb.turned else (a, b) for verb, a, b in zip(verbs, firsts, seconds, strict=True)]
    return tuple(
        Relation(verb.what, verb.word, doer, other)
        for verb, (doer, other) in zip(verbs, sides, strict=True)
        if doer and other and not doer & other
    )


def _find_verbs(text: str, words: Sequence[Word]) -> list[_Verb]:
    named = [(w.start, w.end) for w in words if w.stem.startswith("@")]
    tokens = [("@", s, e) if any(a <= s < b for a, b in named) else (w, s, e) for w, s, e in tokenise(text)]
    found: list[_Verb] = []
    for place, (word, start, end) in enumerate(tokens):
        before = [t[0] for t in tokens[max(0, place - 3) : place] if not t[0].endswith("ly")]
        following = tokens[place + 1] if place + 1 < len(tokens) else ("", end, end)
        form, base = _get_form(word)
        adjoining = bool(found) and not text[found[-1].end : start].strip()
        if form and not adjoining and not _is_noun(form, before, text[:start]):
            long = f"{base}+{following[0]}"
            what, forward = _VERBS.get(long) or _VERBS.get(base) or ("", True)
            passive = form == "ed" and (following[0] == "by" or bool(_BE & set(before[-2:])))
            giver = base in _TAKING and not passive
            reach = following[2] if long in _VERBS else end
            found += [_Verb(what, word, start, reach, forward == passive, passive, giver)] if what else []
    return found


def _is_noun(form: str, before: Sequence[str], text: str) -> bool:
    """Whether a form that may be a verb stands where a noun does, or is a gerund, whose doer is not named."""
    last = before[-1] if before else ""
    if form == "ing":
        return last not in _BE
    return last in _BEFORE_NOUN or not last or text.rstrip().endswith("'s") or text.endswith("-")


def _find_first(text: str, words: Sequence[Word], verbs: Sequence[_Verb], number: int) -> frozenset[str]:
    """Who is named before a verb: in its own clause or, where that names nobody, in the one before."""
    verb = verbs[number]
    earlier = verbs[number - 1] if number else None
    if earlier and _is_joined(text[earlier.end : verb.start]):
        return _find_first(text, words, verbs, number - 1)
    cuts = [m.end() for m in _BOUNDARY.finditer(text, 0, verb.start)]
    if earlier:
        cuts += [m.end() for m in re.finditer(r"\b(?:and|or)\b", text[: verb.start]) if m.start() > earlier.end]
    ends = [verb.start, *(start for start in sorted(cuts, reverse=True))]
    segments = [_cut_opening(text, start, end) for start, end in zip([*ends[1:], 0], ends, strict=True)]
    if re.search(r"\b(?:who|which|that)\s$", text[: segments[0][0]] + " ") and not _name_parties(words, segments[0]):
        segments = segments[1:]
    return next((found for segment in segments if (found := _name(words, segment))), frozenset())


def _cut_opening(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of a subject: up to its first preposition, unless the clause opens with one."""
    cut = next((m.start() for m in _PREPOSITION.finditer(text, start, end) if text[start : m.start()].strip()), end)
    return start, cut


def _find_second(text: str, words: Sequence[Word], verbs: Sequence[_Verb], number: int) -> frozenset[str]:
    """Who is named after a verb; of a passive, who is named after "by"."""
    verb = verbs[number]
    later = verbs[number + 1] if number + 1 < len(verbs) else None
    if later and _is_joined(text[verb.end : later.start]) and later.turned == verb.turned:
        return _find_second(text, words, verbs, number + 1)
    stop = min((m.start() for m in _BOUNDARY.finditer(text, verb.end)), default=len(text))
    stop = min(stop, later.start) if later else stop
    if _MUTUAL.search(text, verb.end, stop):
        return frozenset()
    start = verb.end
    if verb.passive or verb.giver:
        leading = re.compile(r"\bby\b" if verb.passive else r"\bfrom\b").search(text, verb.end, stop)
        if leading is None:
            return frozenset()
        start = leading.end()
    parts = [start, *(m.end() for m in _PREPOSITION.finditer(text, start, stop)), stop]
    return next((found for a, b in itertools.pairwise(parts) if (found := _name(words, (a, b)))), frozenset())


def _is_joined(between: str) -> bool:
    """Whether two verbs share their sides: nothing but "and", "or" and adverbs stands between them."""
    return re.fullmatch(r"\s*,?\s*(?:and|or)\s+(?:\w+ly\s+|then\s+|also\s+)*", between) is not None


def _name(words: Sequence[Word], span: tuple[int, int]) -> frozenset[str]:
    """Whoever a span names: its roles, else nouns for people and groups, else all that is no frame."""
    plain = {w.stem for w in words if span[0] <= w.start < span[1] and w.stem not in LIGHT_STEMS}
    return frozenset(same for one in (_name_parties(words, span) or plain) for same in get_same(one))


def _name_parties(words: Sequence[Word], span: tuple[int, int]) -> set[str]:
    own = (w.stem for w in words if span[0] <= w.start < span[1])
    return {one for one in own if one.startswith("@") or one in _PARTIES}


@lru_cache(maxsize=4096)
def _get_form(word: str) -> tuple[str, str]:
    """The form and the infinitive of a word that may be one of the verbs; two blanks for any other."""
    if word in _IRREGULAR:
        return "ed", _IRREGULAR[word]
    for form, ending in (("base", ""), ("s", "s"), ("s", "es"), ("ed", "ed"), ("ed", "d"), ("ing", "ing")):
        bare = word.removesuffix(ending) if ending else word
        options = (bare, f"{bare}e", bare[:-1] if bare[-2:-1] == bare[-1:] else bare, re.sub("i$", "y", bare))
        known = next((one for one in options if one in _INFINITIVES), "")
        if word.endswith(ending) and known and (form != "base" or known == word):
            return form, known
    return "", ""


def _index(lines: str, forward: bool) -> Iterator[tuple[str, tuple[str, bool]]]:
    for line in lines.strip().splitlines():
        what, verbs = line.split(": ")
        yield from ((verb, (what, forward)) for verb in verbs.split())


_VERBS: Mapping[str, tuple[str, bool]] = dict((*_index(_FORWARD, True), *_index(_BACKWARD, False)))
_INFINITIVES = frozenset(verb.split("+")[0] for verb in _VERBS)
