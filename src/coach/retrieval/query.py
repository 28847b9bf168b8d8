"""Reading a question: its words mended, its roles and aspects found, and what kind of thing it asks for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from coach.retrieval.spelling import expand_slang, mend_spelling
from coach.vocabulary import Vocabulary

Form = Literal["quantity", "who", "comparison", "list", "definition", "yes_no", "advice", "explanation"]
Unit = Literal["people", "duration", "frequency", "percent", "money", "count"]

_QUANTITY: tuple[tuple[Unit, str], ...] = (
    (
        "money",
        r"how much (?:do|does|will|would|can|could|should|is|are|more)\b.{0,60}\b(?:earn|paid|pay|make|cost|salary|worth)|salar(?:y|ies)\b|\bhow much (?:money|pay|equity)|pay ?band",
    ),
    (
        "percent",
        r"what (?:percentage|percent|share|proportion|fraction|portion)|how much of (?:the|their|your|my|his|her) (?:time|week|day|work)|how much time",
    ),
    (
        "people",
        r"how (?:many|big|large) .{0,40}?\b(?:engineers?|people|developers?|reports?|teams?|heads?|folks|members?|staff|org\w*|department|group)\b|team sizes?\b|size of .{0,20}team|head ?count",
    ),
    ("frequency", r"how (?:often|frequently|regularly)|cadence|what frequency"),
    (
        "duration",
        r"how (?:long|soon|quickly|fast)|how far (?:ahead|out|into)|how many (?:\w+ )?(?:years?|yrs?|months?|weeks?|days?|hours?|minutes?)|time ?(?:horizon|frame|line|span)|planning horizon|in how many",
    ),
    ("count", r"how many|what number of|number of"),
)
_FORMS: tuple[tuple[Form, str], ...] = (
    (
        "comparison",
        r"\bvs\b|\bversus\b|\bdiffer(?:s|ence|ences|ent|ently)?\b|\bcompar(?:e|ed|es|ing|ison)\b|\bdistinguish\w*|\bas opposed to\b|\bwhat changes\b|\bhas to change\b|\bcompared\b|\brelative to\b",
    ),
    (
        "who",
        r"\bwho\b|\bwhose\b|\bwhom\b|\b(?:which|what) (?:\w+ ){0,2}?(?:levels?|roles?|titles?|positions?|rungs?|persons?|executives?|of (?:those|these|the|them))\b|\bwhich (?:one|job)\b",
    ),
    (
        "list",
        r"^\W*(?:list|name|enumerate|give me|tell me (?:all|the))\b|\b(?:list|name) (?:the|all|some|of)\b|\b(?:what|which) (?:are|were)\b|\b(?:skills|responsibilities|duties|signs|indicators|stages|steps|ways|levels|roles|titles|examples|qualities|areas|tips|reasons)\b|\bfalls? under\b|\bremit\b",
    ),
    (
        "definition",
        r"\bwhat(?:'s| is| are|s)\b(?: an?| the)? .{0,40}$|\bwtf is\b|\bmeaning of\b|\bdefine\b|\bwhat does .{1,60} mean\b|\bwhat do you mean\b",
    ),
    (
        "yes_no",
        r"^\W*(?:so |and |but |ok |well )*(?:do|does|did|is|are|was|were|can|could|should|must|will|would|has|have|may|might)\b|\bright\s*\?|\bis (?:that|it|this) true\b",
    ),
    (
        "advice",
        r"\bhow (?:do|can|should|could|would|to) (?:i|we|you|one|my)?\b|\bwhat (?:should|can|could|do) i\b|\bshould i\b|\bhow to\b|\badvice\b|\btips?\b|\bwhat am i\b|\bwhat now\b",
    ),
)
_UNITS = tuple((unit, re.compile(p, re.I | re.S)) for unit, p in _QUANTITY)
_FORM_PATTERNS = tuple((form, re.compile(p, re.I | re.M)) for form, p in _FORMS)
_WORD = re.compile(r"[^\W_]+(?:['\-/][^\W_]+)*")
_ASKING = re.compile(
    r"\?|^\W*(?:who|what|when|where|why|how|which|whose|is|are|do|does|did|can|could|should|would|will|must|has|have|list|name|give|tell|explain|describe|compare|help|please)\b",
    re.I,
)
# Words that carry no content in a question: they never count for or against what the guides cover.
STOP_WORDS = frozenset(
    """a about above actually after again ah all also always am an and any anybody anyone anything are aren't as ask at
    away back be because been before being best better between both but by call called can can't could did didn't different do does doesn't doing don't
    done down during each either else etc even ever every everyone everything exactly far few find first for from general generally
    get gets getting give given go goes going gonna good got great guess had happens hard has have haven't having he hello help her here hey hi him his
    honestly how however i i'd i'll i'm i've if in into is isn't it it's its just keep kind know known last least less let let's like likely list little lol
    long look looking lot made main mainly make makes many matter may maybe me mean means mention mentioned might more most much must my name
    need needed needs never new next nice no not now of off often ok okay on once one ones only onto or other others our out over own part people
    per perhaps please point possible pretty probably put question quite rather real really right said same say says
    see seem seems several shall she should so some somebody someone something sometimes sort soon still straight stuff such
    supposed sure take takes tell than thank thanks that that's the their them then there there's these they they're thing things think this those though
    thought through to together too towards true try trying turn two typical typically under until up upon us use used using usual usually
    very via want wants was wasn't way we we're well went were what what's whatever when where whether which while who whole whom whose
    why will with within without won't wondering word words work works would wouldn't wtf yeah yes yet you you're your bro dude man guys
    according source sources guide guides document documents text material describe explain important someone's according today day thing's
    """.split()
)


@dataclass(frozen=True, slots=True)
class Term:
    """A content word of the question: as written (lower-case), its stem, and the stems that may stand for it."""

    word: str
    stem: str
    alternatives: frozenset[str]


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it was understood.

    `texts` are what is searched for, best first: the asking part alone when the question tells a story,
    then the whole.
    """

    text: str
    texts: tuple[str, ...]
    roles: tuple[str, ...]
    dimensions: tuple[str, ...]
    terms: tuple[Term, ...]
    form: Form
    unit: Unit | None
    numbers: tuple[int, ...]


def read_question(text: str, *, vocabulary: Vocabulary, known: Collection[str] = ()) -> Query:
    """Understand a question: mend spelling towards `known` words, find roles, aspects, and what is asked for."""
    plain = (
        mend_spelling(expand_slang(clean(text), vocabulary.slang), frozenset(known) | vocabulary.words)
        if text.strip()
        else ""
    )
    asking = find_asking_part(plain)
    spoken = tuple(dict.fromkeys(write_out_roles(t, vocabulary) for t in (asking, plain) if t))
    return Query(
        text=plain,
        texts=tuple(t[:1000] for t in spoken),
        roles=vocabulary.find_roles(asking) or vocabulary.find_roles(plain),
        dimensions=vocabulary.find_dimensions(asking),
        terms=_terms(asking, vocabulary),
        form=_form(asking),
        unit=_unit(asking),
        numbers=tuple(int(n) for n in re.findall(r"(?<![\w.])\d{1,5}(?![\w.]*\d)", plain)),
    )


def clean(text: str) -> str:
    """The question without control characters and Markdown dressing, on one line."""
    kept = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFKC", text))
    return re.sub(r"\s+", " ", re.sub(r"[*`#>|]+", " ", kept)).strip()


def find_asking_part(text: str) -> str:
    """The sentences that ask, when a question comes wrapped in a story; else all of it."""
    if len(text) < 160:
        return text
    from coach.sentences import split_sentences

    sentences = [text[a:b] for a, b in split_sentences(text)]
    asking = [s for s in sentences if "?" in s] or [s for s in sentences if _ASKING.search(s)]
    return " ".join(asking[-2:]) if asking else text


def write_out_roles(text: str, vocabulary: Vocabulary) -> str:
    """The text with every role by its full name, so that models which never met "SEM" understand it."""
    out, at = [], 0
    for mention in vocabulary.find_mentions(text):
        out += [text[at : mention.start], vocabulary.roles[mention.role].name]
        at = mention.end
    return "".join(out) + text[at:]


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """Snowball English stem of a lower-case word."""
    return str(_stemmer().stemWord(word))


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


def find_words(text: str) -> list[str]:
    """Lower-case words of a text, hyphenated ones whole and in parts."""
    words: list[str] = []
    for match in _WORD.findall(text.lower().replace("’", "'")):
        words.append(match)
        if "-" in match or "/" in match:
            words += [p for p in re.split(r"[-/]", match) if p]
    return words


def find_stems(text: str) -> frozenset[str]:
    """Stems of all words of a text."""
    return frozenset(stem(_bare(w)) for w in find_words(text))


def _bare(word: str) -> str:
    return word[:-2] if word.endswith("'s") else word


def _terms(text: str, vocabulary: Vocabulary) -> tuple[Term, ...]:
    """Content words outside role names: those are matched by role, not by word."""
    rest, at = [], 0
    for mention in vocabulary.find_mentions(text):
        rest.append(text[at : mention.start])
        at = mention.end
    words = [_bare(w) for w in find_words(" ".join([*rest, text[at:]]))]
    kept = dict.fromkeys(w for w in words if w not in STOP_WORDS and len(w) > 1 and not w.isdigit())
    parts = {p for w in kept if "-" in w for p in w.split("-")}
    return tuple(
        Term(w, stem(w), frozenset(stem(a) for e in vocabulary.expand(w) for a in e.split()) | {stem(w)})
        for w in kept
        if w not in parts
    )


def _form(text: str) -> Form:
    if any(pattern.search(text) for _, pattern in _UNITS):
        return "quantity"
    return next((form for form, pattern in _FORM_PATTERNS if pattern.search(text)), "explanation")


def _unit(text: str) -> Unit | None:
    return next((unit for unit, pattern in _UNITS if pattern.search(text)), None)
