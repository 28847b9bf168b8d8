"""Reading a question: its words mended, its roles and aspects found, and what kind of thing it asks for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from coach.quantities import Unit, find_quantities
from coach.retrieval.asking import Form, get_english
from coach.retrieval.moves import Asked, asks_of_newcomer, find_move
from coach.retrieval.spelling import expand_slang, mend_spelling
from coach.retrieval.subjects import Sweep, find_range, find_subjects, find_sweep, name_heads, name_ones
from coach.retrieval.words import find_words, stem, strip_possessive
from coach.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Term:
    """A content word of the question: as written (lower-case), its stem, and the stems that may stand for it."""

    word: str
    stem: str
    alternatives: frozenset[str]
    dimension: str = ""  # the aspect this word asks for, when it is one of an aspect's own words


@dataclass(frozen=True, slots=True)
class Excluded:
    """A word that a question rules out, as its stem, and the stems it must stand before ("non-technical roles")."""

    stem: str
    before: frozenset[str] = frozenset()  # none: wherever it stands


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
    headcount: float | None = None  # a number of people the question brings along
    story: tuple[Term, ...] = ()  # content words outside the asking part
    across_guides: bool = False  # asks what the guides say together, or whether they agree
    asks_for_subject: bool = False  # "who hires the directors?": the role named is not the one asked for
    asks_superior: bool = False  # "who does a VP report to?"
    ranks: bool = False  # asks which of several things stands higher
    moves: bool = False  # asks what is new for somebody who goes from one role to another
    excluded: frozenset[Excluded] = frozenset()  # what the question rules out ("non management")
    sweep: Sweep = ""  # whether it asks of each level, or which of several roles do a thing


def read_question(text: str, *, vocabulary: Vocabulary, known: Collection[str] = ()) -> Query:
    """Understand a question: mend spelling towards `known` words, find roles, aspects, and what is asked for."""
    english = get_english()
    plain = mend_spelling(expand_slang(clean(text), vocabulary.slang), frozenset(known) | vocabulary.words)
    plain = name_ones(plain, vocabulary)
    if english.find_unit(plain) == "people":  # how many people a manager leads is told of each level by its own name
        plain = name_heads(plain, vocabulary)
    asking = find_asking_part(plain, vocabulary)
    form = _find_form(asking, vocabulary)
    parts = _find_excluded(plain, form, vocabulary)
    wanted, whole = (_leave_out(t, parts) for t in (asking, plain))
    asked, told = wanted, plain
    if vocabulary.find_roles(plain):  # "at my level" means the role
        asked, told = (english.own_level.sub(" ", t) for t in (wanted, plain))
    terms = find_terms(asked, vocabulary)
    questions = _find_questions(plain)
    roles = find_subjects(plain, asking, questions, vocabulary)
    sweep: Sweep = ""
    if form not in ("advice", "transition"):
        sweep, roles = find_sweep(plain, roles, vocabulary)
    bare = asking
    if sweep:  # "at each level" names nothing looked for
        bare = " ".join(w for w in asking.split() if w.lower().strip(".,:;?!") not in english.sweep_words)
        form = _find_form(bare, vocabulary)
        terms = tuple(t for t in terms if t.word not in english.sweep_words)
    if len(roles) > 1 or sweep == "each":  # "difference" asks for a comparison and names nothing compared
        terms = tuple(t for t in terms if t.word not in english.comparing)
    superior = bool(roles) and asks_superior(asking, vocabulary)
    if superior:  # what is said of a superior need not say "report"
        terms = tuple(t for t in terms if t.stem not in _REPORTING)
    own = {t.stem for t in terms}
    whole_question = Asked(plain, asking, questions, roles)
    if move := find_move(whole_question, form, vocabulary):
        roles, form = move, "transition"
    moves = (form == "transition" and len(roles) == 2) or asks_of_newcomer(whole_question, form, vocabulary)
    return Query(
        text=plain,
        texts=_spoken((wanted, whole, *_tell(whole)), vocabulary),
        roles=roles,
        dimensions=vocabulary.find_dimensions(bare),
        terms=terms,
        form=form,
        unit=english.find_unit(asking),
        headcount=next((q.high for q in find_quantities(plain) if q.unit == "people"), None),
        story=tuple(t for t in find_terms(told, vocabulary) if t.stem not in own) if plain != asking else (),
        across_guides=bool(english.across_guides.search(plain)),
        asks_for_subject=superior or _asks_for_subject(asking, vocabulary),
        asks_superior=superior,
        ranks=bool(english.ranking.search(asking)),
        moves=moves,
        sweep=sweep,
        excluded=frozenset(_to_excluded(m, vocabulary) for m in parts if m[0] in asking),
    )


_REPORTING = frozenset(map(stem, "report answer manage manages supervise boss manager superior".split()))


def asks_superior(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a question asks whom somebody of a role answers to: "who does a VP report to", "who manages VPs"."""
    english = get_english()
    put_round = english.managed.search(vocabulary.mask_roles(text, "_"))
    return bool(put_round or english.asks_superior.search(text))


def _find_excluded(text: str, form: Form, vocabulary: Vocabulary) -> list[re.Match[str]]:
    """The parts of a question that rule something out, the word itself as their first group.

    "Can I lead without a title?" rules nothing out. "Which titles are there without managing?" does: the items of a
    list are of one kind, and what is denied is the other side of a contrast that the vocabulary knows.
    """
    english = get_english()
    parts = list(english.negated.finditer(text))
    if form == "list":
        sides = {stem(w) for pair in vocabulary.contrasts for side in pair for w in find_words(side) if " " not in side}
        parts += [m for m in english.denied.finditer(text) if stem(m[1].lower()) in sides]
    return parts


def _to_excluded(part: re.Match[str], vocabulary: Vocabulary) -> Excluded:
    noun = (part.group(2) or "").lower() if part.re.groups > 1 else ""
    before = _to_term(noun, vocabulary, "").alternatives if noun and noun not in get_english().stop_words else ()
    return Excluded(stem(part[1].lower()), frozenset(before))


def _leave_out(text: str, parts: Iterable[re.Match[str]]) -> str:
    for part in parts:
        text = text.replace(part[0], " ")
    return text


def _find_form(text: str, vocabulary: Vocabulary) -> Form:
    """The form of answer; "EM to senior EM" is a move from one role to the next, whatever else is said."""
    if find_range(text, vocabulary):
        return get_english().find_form(text, role_count=3)
    mentions = vocabulary.find_mentions(text)
    roles = {m.role for m in mentions}
    between = text[mentions[0].end : mentions[1].start] if len(mentions) > 1 and len(roles) == 2 else ""
    moves = re.fullmatch(r"s?\s+(?:in)?to\s+(?:an?\s+|the\s+)?", between, re.IGNORECASE)
    if moves and not get_english().find_unit(text):
        return "transition"
    return get_english().find_form(text, role_count=len(roles))


def _asks_for_subject(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a role is named only as the object of a question for who does something to it."""
    match = re.match(
        r"\W*(?:and |so |but )?who(?:m)?\s+(?!is\b|are\b|was\b|does\b|do\b|did\b|'s)(\w+)", text, re.IGNORECASE
    )
    mentions = vocabulary.find_mentions(text)
    return bool(match and mentions and mentions[0].start >= match.end())


_STORY = 160  # characters from which a question is long enough to hold several thoughts


def _tell(text: str) -> list[str]:
    """The sentences of a story one by one: what they tell may be what the guides speak of."""
    if len(text) < _STORY:
        return []
    from coach.sentences import split_sentences

    return [text[a:b] for a, b in split_sentences(text) if b - a > 25][-5:]


def _spoken(texts: Iterable[str], vocabulary: Vocabulary) -> tuple[str, ...]:
    return tuple(dict.fromkeys(write_out_roles(t, vocabulary)[:1000].strip() for t in texts if t.strip()))


def clean(text: str) -> str:
    """The question without control characters and Markdown dressing, on one line."""
    text = re.sub(r"<!--.*?-->|</?[A-Za-z][^<>]{0,500}>", " ", text, flags=re.DOTALL)
    text = re.sub(r"[-=]+>|\u2192", " to ", text)
    kept = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFKC", text))
    return re.sub(r"\s+", " ", re.sub(r"[*`#>|]+", " ", kept)).strip()


def find_asking_part(text: str, vocabulary: Vocabulary) -> str:
    """The sentences that ask, when a question comes wrapped in a story; all of it when they say too little."""
    if len(text) < 60:
        return text
    part = _find_questions(text)
    says_enough = len(find_terms(part, vocabulary)) + len(vocabulary.find_roles(part)) >= 3
    return part if part and says_enough else text


def _find_questions(text: str) -> str:
    """The last sentences of a text that ask."""
    from coach.sentences import split_sentences

    sentences = [text[a:b] for a, b in split_sentences(text)]
    asking = [s for s in sentences if "?" in s] or [s for s in sentences if get_english().asking.search(s)]
    return " ".join(asking[-2:])


def write_out_roles(text: str, vocabulary: Vocabulary) -> str:
    """The text with every role by its full name, so that models which never met "SEM" understand it."""
    out, at = [], 0
    for mention in vocabulary.find_mentions(text):
        out += [text[at : mention.start], vocabulary.roles[mention.role].name]
        at = mention.end
    return "".join(out) + text[at:]


def leave_out_roles(text: str, vocabulary: Vocabulary) -> str:
    """The text without the names of roles: "first-level engineering manager" asks for no level."""
    for mention in reversed(vocabulary.find_mentions(text)):
        text = text[: mention.start] + " " + re.sub(r"^'?s\b", "", text[mention.end :])
    return text


def find_terms(text: str, vocabulary: Vocabulary) -> tuple[Term, ...]:
    """Content words outside role names: roles are matched as roles, not by word."""
    rest, at = [], 0
    for mention in vocabulary.find_mentions(text):
        rest.append(text[at : mention.start])
        at = mention.end
    words = [strip_possessive(w) for w in find_words(" ".join([*rest, text[at:]]))]
    meant = {w.lower() for groups in get_english().named_word.findall(text) for w in groups if w}
    stop_words = get_english().stop_words - meant
    kept = dict.fromkeys(w for w in words if w not in stop_words and len(w) > 1 and not w.isdigit())
    parts = {p for w in kept if "-" in w for p in w.split("-")}
    aspects = {w: d for d in vocabulary.find_dimensions(text) for w in vocabulary.get_dimension_words(d)}
    return tuple(_to_term(w, vocabulary, aspects.get(w, "")) for w in kept if w not in parts)


def _to_term(word: str, vocabulary: Vocabulary, dimension: str) -> Term:
    alternatives = {stem(part) for other in vocabulary.expand(word) for part in other.split()}
    return Term(word, stem(word), frozenset(alternatives | {stem(word)}), dimension)
