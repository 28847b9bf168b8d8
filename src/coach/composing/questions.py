"""Headings put as questions that a person would ask: "Director: scope" -> "What does the scope of a director cover?".

A dimension's own wording stands in the vocabulary file (`ask`, `ask_between`); what has none gets a plain frame that
reads well for any heading, and a heading that no frame fits is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.composing.phrasing import lower_first
from coach.vocabulary import Dimension, Vocabulary

_FRAME = "What do the guides say about {}?"
_BRACKETS = re.compile(r"\s*\([^)]{0,40}\)")
_NUMBERED = re.compile(
    r"^(?:(?:step|part|chapter|section|focus area|tip|rule|lesson|phase|stage)\s+\d+[^:]{0,40}:|\d+(?:\.\d+)*[.)]?)\s+",
    re.IGNORECASE,
)
_LEVEL = re.compile(r",?\s*\(?\b(?:level|grade|band|tier)\s*\d+\)?$", re.IGNORECASE)
_GENERIC = frozenset(
    "overview introduction summary conclusion conclusions notes faq references background appendix general other "
    "miscellaneous basics details contents about more resources sources preface".split()
)
_COMMAND = re.compile(
    r"(?!\w+(?:ing|s)\b)\w+ (?:the|an?|your|all|each|every|no|it|them|up|out|down|off)\b", re.IGNORECASE
)
_STANDS_ALONE = re.compile(r"^(?:\S+ ){1,}?(?:for|to|of|from|with|and helping|about)\b", re.IGNORECASE)
_LEANS = re.compile(
    r"\b(?:it|its|them|they|their|this|these)\b|^(?:\w+ed|for|to|of|in|at|on|who|what|when|where|why|which|how)\b",
    re.IGNORECASE,
)
_DOING = re.compile(r"\w{3,}ing\s\w", re.IGNORECASE)
_COUNTED = re.compile(
    r"(?:[\w-]+ ){0,3}(?:path|track|ladder|role|process|plan|model|method|framework|cycle|checklist|timeline|system|"
    r"policy|procedure|matrix|programme|program|schedule)(?: (?:to|of|from|for|in|at)\b.*)?",
    re.IGNORECASE,
)
_JOINERS = frozenset("a an the and or vs versus compared with to of".split())


def to_question(headings: Sequence[str], vocabulary: Vocabulary) -> str:
    """A question that the section under these headings answers, outermost first; "" where none can be asked."""
    if not headings:
        return ""
    heading, above = tidy(headings[-1]), headings[:-1]
    if heading.endswith("?"):
        return heading[:1].upper() + heading[1:] if len(heading.split()) > 2 else ""
    subject, _, aspect = heading.partition(": ")
    if aspect.lower() in _GENERIC:
        heading, aspect = subject, ""
    if not heading or heading.lower() in _GENERIC:
        return to_question(above, vocabulary)
    roles = vocabulary.find_roles(subject)
    lent = vocabulary.find_roles(tidy(above[-1])) if above else ()
    if not aspect and not roles and len(lent) == 1 and vocabulary.find_dimensions(heading, of="headings"):
        roles, subject, aspect = lent, tidy(above[-1]), heading
    if len(roles) == 2:
        return _ask_of_two(heading, roles, vocabulary) or _ask_plainly(heading, vocabulary)
    if len(roles) == 1:
        return _ask_of_one(roles[0], subject, aspect, vocabulary) or _ask_plainly(heading, vocabulary)
    return _ask_plainly(heading, vocabulary)


def tidy(heading: str) -> str:
    """A heading without numbering, brackets and closing signs, capitals only where a sentence has them."""
    plain = _NUMBERED.sub("", " ".join(_BRACKETS.sub("", heading).split())).strip().rstrip(":.")
    plain = _LEVEL.sub("", plain)
    return plain.capitalize() if plain.isupper() and len(plain.split()) > 1 else plain


def find_dimension(aspect: str, vocabulary: Vocabulary) -> Dimension | None:
    """The dimension a heading names by its longest phrase, or None."""
    found = [vocabulary.dimensions[d] for d in vocabulary.find_dimensions(aspect, of="headings")]
    return max(found, key=lambda d: max(len(p) for p in d.headings if p.lower() in aspect.lower()), default=None)


def _ask_of_two(heading: str, roles: Sequence[str], vocabulary: Vocabulary) -> str:
    one, other = (_name(role, vocabulary) for role in roles)
    between = getattr(find_dimension(heading, vocabulary), "ask_between", "")
    if between and ":" not in heading:
        return _fill(between, one=one, other=other)
    rest = {w for w in re.findall(r"\w+", _without_roles(heading, vocabulary).lower())}
    return f"What is the difference between {one} and {other}?" if rest <= _JOINERS else ""


def _ask_of_one(role: str, subject: str, aspect: str, vocabulary: Vocabulary) -> str:
    name = _name(role, vocabulary)
    rest = set(re.findall(r"\w+", _without_roles(subject, vocabulary).lower())) - _JOINERS
    if rest:
        return ""  # "Core duties of engineering managers" has a subject of its own
    if not aspect:
        return f"What does {name} do?"
    if differs := re.match(r"differences? (?:from|to) (.+)", aspect, re.IGNORECASE):
        return f"How does {name} differ from {differs[1]}?"
    ask = getattr(find_dimension(aspect, vocabulary), "ask", "")
    if ask:
        return _fill(ask, role=name)
    simple = len(aspect.split()) <= 6 and not re.search(r"\bthe role\b|\b(?:when|how) to\b", aspect)
    return _FRAME.format(f"{name}'s {_run_on(aspect, vocabulary)}") if simple else ""


def _ask_plainly(heading: str, vocabulary: Vocabulary) -> str:
    """The frame round the heading's words, or round the heading in quotation marks where they do not fit."""
    subject, _, aspect = heading.partition(": ")
    if how := re.match(r"how to (.+)", heading, re.IGNORECASE):
        return f"How do you {how[1]}?"
    if aspect and _DOING.match(subject):
        return _FRAME.format(_run_on(subject, vocabulary))
    if aspect and _STANDS_ALONE.search(aspect) and not _LEANS.search(aspect):
        return _FRAME.format(_run_on(aspect, vocabulary))
    if _COMMAND.match(heading) or '"' in heading:
        return _FRAME.format('"' + heading.replace('"', "'") + '"')
    words = _run_on(subject, vocabulary)
    return _FRAME.format(f"{words} ({_run_on(aspect, vocabulary)})" if aspect else words)


def _run_on(words: str, vocabulary: Vocabulary) -> str:
    """A heading as it stands inside a sentence: small letters but for names, an article where it needs one."""
    titled = [w for w in words.split() if len(w) > 3]
    if len(titled) > 1 and sum(w[:1].isupper() for w in titled) > len(titled) / 2:
        words = " ".join(w if w[1:] != w[1:].lower() else w.lower() for w in words.split())
        for mention in reversed(vocabulary.find_mentions(words)):
            name = vocabulary.roles[mention.role].name
            if words[mention.start : mention.end].lower() == name.lower():
                words = words[: mention.start] + name + words[mention.end :]
    else:
        words = lower_first(words)
    needs_article = _COUNTED.fullmatch(words) and not re.match(r"(?:the|an?|each|every|one|your)\b", words)
    return f"the {words}" if needs_article else words


def _without_roles(text: str, vocabulary: Vocabulary) -> str:
    for mention in reversed(vocabulary.find_mentions(text)):
        text = text[: mention.start] + " " + text[mention.end :]
    return text


def _name(role: str, vocabulary: Vocabulary) -> str:
    name = vocabulary.roles[role].name
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _fill(template: str, **names: str) -> str:
    """The template with names in its places; other braces stay what they are."""
    for place, name in names.items():
        template = template.replace(f"{{{place}}}", name)
    return template[:1].upper() + template[1:]
