"""Questions to offer next: each asks for a section that was found but not shown, and only if the guides answer it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from coach.composing.questions import to_question
from coach.retrieval.asking import get_english
from coach.retrieval.evidence import Weighed
from coach.retrieval.words import find_stems
from coach.types import Citation
from coach.vocabulary import Vocabulary

_TRIED = 8  # candidates that are checked at most
_ALIKE = 0.75  # share of stems from which two questions ask the same


def suggest(
    weighed: Sequence[Weighed],
    vocabulary: Vocabulary,
    *,
    shown: Iterable[Citation] = (),
    asked: Iterable[str] = (),
    is_answered: Callable[[str], bool],
    count: int = 3,
) -> tuple[str, ...]:
    """Up to `count` questions, each of another kind, none of them asked before, that `is_answered` vouches for."""
    known = [(_content(question), _aim(question, vocabulary)) for question in asked]
    kept: list[str] = []
    kinds: set[str] = set()
    tried = 0
    for question, kind in _candidates(weighed, vocabulary, {(c.document_id, c.headings) for c in shown}):
        content, aim = _content(question), _aim(question, vocabulary)
        if kind in kinds or any(_is_like(content, other) or _aims_alike(aim, at) for other, at in known):
            continue
        tried += 1
        known.append((content, aim))
        if is_answered(question):
            kept.append(question)
            kinds.add(kind)
        if len(kept) == count or tried == _TRIED:
            break
    return tuple(kept)


def choose_answered(questions: Iterable[str], is_answered: Callable[[str], bool], count: int = 3) -> tuple[str, ...]:
    """The first `count` questions that the guides answer."""
    kept: list[str] = []
    for question in questions:
        if is_answered(question):
            kept.append(question)
        if len(kept) == count:
            break
    return tuple(kept)


def _candidates(
    weighed: Sequence[Weighed], vocabulary: Vocabulary, seen: set[tuple[str, tuple[str, ...]]]
) -> Iterator[tuple[str, str]]:
    """A question for each section not seen yet, and its kind: the sections that fit first, quoted headings last."""
    later: list[tuple[str, str]] = []
    for fits in (True, False):
        for w in weighed:
            key = (w.evidence.document_id, w.sentence.headings)
            if w.fits_roles is not fits or key in seen:
                continue
            seen.add(key)
            question = to_question(w.sentence.headings, vocabulary)
            if question and '"' in question:
                later.append((question, question))
            elif question:
                yield question, _kind(question, vocabulary)
    yield from later


def _kind(question: str, vocabulary: Vocabulary) -> str:
    """The question with its roles left out, so that one answer does not offer the same for three roles."""
    for mention in reversed(vocabulary.find_mentions(question)):
        question = question[: mention.start] + question[mention.end :]
    return " ".join(sorted(_content(question))) or question


_Aim = tuple[frozenset[str], frozenset[str]]


def _aim(question: str, vocabulary: Vocabulary) -> _Aim:
    """The aspects and the roles a question asks about."""
    return frozenset(vocabulary.find_dimensions(question)), frozenset(vocabulary.find_roles(question))


def _aims_alike(left: _Aim, right: _Aim) -> bool:
    """Whether two questions ask for the same aspects of a role: "when you become a VP", "from director to VP"."""
    return bool(left[0]) and left[0] == right[0] and bool(left[1] & right[1])


def _content(question: str) -> frozenset[str]:
    return find_stems(question) - _stop_stems()


def _stop_stems() -> frozenset[str]:
    return find_stems(" ".join(sorted(get_english().stop_words)))


def _is_like(left: frozenset[str], right: frozenset[str]) -> bool:
    return bool(left) and len(left & right) >= _ALIKE * len(left | right)
