"""Taking out of a question what tells who asked it: addresses, numbers, names, employers.

Rules of form, no model: what introduces a mention ("my name is", "at") decides, so a name that nothing introduces
stays. That is why a person reads every question before it becomes part of a dataset.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from coach.vocabulary import Vocabulary

_CAPITALISED = r"(?!I\b)[A-ZÀ-ÖØ-Þ][\w&'’-]*(?:\.\w[\w&'’-]*)*"
_PROPER = rf"{_CAPITALISED}(?:[ \t]+(?:(?:of|and|&|und|von|de|van)[ \t]+)?{_CAPITALISED})*"
_NAME = r"[A-ZÀ-ÖØ-Þ][a-zß-ÿ]+(?:[ '’-][A-ZÀ-ÖØ-Þ][a-zß-ÿ]+)*"
_RELATIONS = (
    "manager|boss|lead|director|colleague|coworker|co-worker|report|mentor|wife|husband|partner|friend|teammate|"
    "cto|ceo|vp|em|founder|chef|kollegin|kollege|frau|mann"
)
_FORMS = (  # searched in this order; what an earlier one replaced is out of reach of the later ones
    (re.compile(r"\b([\w.+-]+@[\w-]+(?:\.[\w-]+)+)"), "e-mail"),
    (
        re.compile(r"\b((?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|dev|de|eu|ai|co)\b(?:/\S*)?)"),
        "link",
    ),
    (re.compile(r"(?<!\w)(@\w[\w.-]+)"), "name"),
    (re.compile(r"(?<![\w-])((?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{16,})(?![\w-])"), "secret"),
    (re.compile(r"(?<![\w+])(\+?\(?\d(?:[ \t().,/-]{0,2}\d){6,})(?!\w)"), "number"),
)
_YEARS = re.compile(r"(?:19|20)\d\d\s*[-/]\s*(?:19|20)\d\d")
_NAMED = re.compile(
    r"(?i:\b(?:my name(?: is|'s|’s)|call me|mein name ist|ich hei(?:ß|ss)e))[ \t]+"
    r"(\w+(?:[ '’-](?!(?i:i|im|and|but|from|at|with|a|an|the|und)\b)\w+)?)"
)
_INTRODUCED = (
    re.compile(rf"(?i:\b(?:i['’]?m|i am|this is|ich bin))[ \t]+({_NAME})"),
    re.compile(rf"(?i:\bmy (?:\w+ ){{0,2}}(?:{_RELATIONS}),?)[ \t]+({_NAME})"),
    re.compile(rf"\b(?:Mr|Mrs|Ms|Dr|Prof|Herr|Frau)\b\.?[ \t]+({_NAME})"),
    re.compile(rf"(?i:\b(?:thanks|thank you|cheers|regards|danke|gr(?:ü|ue)(?:ß|ss)e))[,.! \t\n]+({_NAME})\W*$"),
)
_EMPLOYED = (
    re.compile(rf"\b(?:[Aa]t|[Bb]ei)[ \t]+({_PROPER})"),
    re.compile(rf"(?i:\b(?:work\w*|employed|hired|interview\w*) (?:for|by|with))[ \t]+({_PROPER})"),
    *[re.compile(rf"\[company\](?:,| or| and|, or|, and)[ \t]+({_PROPER})")] * 3,  # and those listed after it
    re.compile(rf"\b({_PROPER}[ \t]+(?:GmbH|AG|SE|Inc|Ltd|LLC|Corp|SA|BV|Oy|AB))\b\.?"),
)
_ORDINARY = frozenset(  # capitalised words after "I'm" or "at" that name neither a person nor a company
    "i a an the my our level levels big tech faang monday tuesday wednesday thursday friday saturday sunday january "
    "february march april may june july august september october november december christmas new not in on at so just "
    "very really still also now senior junior staff principal lead head software backend frontend fullstack full "
    "mobile data devops engineer developer manager scrum product program project c-level l".split()
)


def anonymise(text: str, vocabulary: Vocabulary) -> str:
    """The text with addresses, links, long numbers, names and employers replaced by what they are, in brackets.

    Names of roles are kept, whatever stands before them ("I'm Senior EM", "at VP level").
    """

    def is_ordinary(found: str) -> bool:
        return _is_ordinary(found, vocabulary)

    for pattern, label in _FORMS:
        text = _replace(text, pattern, label, lambda found: bool(_YEARS.fullmatch(found)))
    text = _replace(text, _NAMED, "name", lambda found: False)
    for pattern in _INTRODUCED:
        text = _replace(text, pattern, "name", is_ordinary)
    for pattern in _EMPLOYED:
        text = _replace(text, pattern, "company", is_ordinary)
    return text


def _replace(text: str, pattern: re.Pattern[str], label: str, is_kept: Callable[[str], bool]) -> str:
    pieces, at = [], 0
    for start, end in _spans(text, pattern):
        if not is_kept(text[start:end]):
            pieces += [text[at:start], f"[{label}]"]
            at = end
    return "".join(pieces) + text[at:]


def _spans(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Where the named things stand, without the punctuation that ends a sentence or a possessive."""
    for match in pattern.finditer(text):
        found = re.sub(r"(?:['’]s)?[.,'’-]*$", "", match[1])
        yield match.start(1), match.start(1) + len(found)


def _is_ordinary(found: str, vocabulary: Vocabulary) -> bool:
    first = re.split(r"[\s'’-]", found, maxsplit=1)[0].lower()
    return first in _ORDINARY or re.fullmatch(r"l?\d*", first) is not None or bool(vocabulary.find_mentions(found))
