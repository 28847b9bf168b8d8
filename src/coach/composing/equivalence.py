"""Whether two sentences say the same, by rules alone: their normal forms must be equal, word by word.

What may differ is listed here and nothing else: a gloss in brackets that only repeats the name before it, a word and
its twin (`twins.toml`), the comma before the last of a list, a purpose put first, and an adverb of frequency put before
or after the role that a simple sentence is about. No threshold and no model: what is not proved is not the same.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from coach import vocabulary as words_of_the_field
from coach.vocabulary import Vocabulary

_TOKEN = re.compile(r"\w+(?:['./&-]\w+)*|\S")
_GLOSS = re.compile(r"\s*\(([^()]*)\)")
_PURPOSE = re.compile(r"(?:In order to|To) ([^,;:]+), ([^,;:]+)\.")
_PASSED_OVER = frozenset("and for of the".split())  # words that initials leave out
_FREQUENCY = frozenset("commonly generally normally often sometimes typically usually".split())
# A sentence with one of these is not simple: an adverb at its head might reach further, or less far, than inside.
_REACHING = frozenset(
    ", ; : and or but nor not no never who which that when where while if unless because so than as can could may "
    "might must should shall will would ought cannot".split()
)


def says_the_same(before: str, after: str, vocabulary: Vocabulary) -> bool:
    """Whether it is proved that one sentence says what the other says; False where it is not."""
    if Counter(find_glosses(after)) - Counter(find_glosses(before)):
        return False  # a gloss of its own is a new name
    first, second = (_normalise(text, vocabulary) for text in (before, after))
    return first == second or _move_adverb(first, vocabulary) == _move_adverb(second, vocabulary)


def can_be_reworded(text: str, vocabulary: Vocabulary) -> bool:
    """Whether there is a gloss to leave out or a plainer twin to say: other rewordings are hardly ever proved."""
    plainer, _ = _read_twins()
    return _drop_glosses(text, vocabulary) != text or bool(plainer.search(" ".join(_TOKEN.findall(text))))


def is_reworded(before: str, after: str) -> bool:
    """Whether the words differ, and not just signs and capitals."""
    return re.findall(r"\w+", before.lower()) != re.findall(r"\w+", after.lower())


def find_glosses(text: str) -> list[str]:
    """What stands in brackets."""
    return _GLOSS.findall(text)


def _normalise(text: str, vocabulary: Vocabulary) -> list[str]:
    text = _drop_glosses(" ".join(text.replace("\u2019", "'").split()), vocabulary)
    if purpose := _PURPOSE.fullmatch(text):
        text = f"{purpose[2]}, to {purpose[1]}."
    first, *rest = _TOKEN.findall(text) or [""]
    tokens = [first if first[1:].isupper() else first.lower(), *rest]  # the capital of a first word is no name
    return _drop_serial_comma(_to_twins(tokens))


def _drop_glosses(text: str, vocabulary: Vocabulary) -> str:
    """The text without the brackets that repeat the name before them and are not called upon again."""
    for match in reversed(list(_GLOSS.finditer(text))):
        around = f"{text[: match.start()]} {text[match.end() :]}"
        again = re.search(rf"(?<!\w){re.escape(match[1])}(?!\w)", around)
        if not again and _repeats(match[1], text[: match.start()], vocabulary):
            text = text[: match.start()] + text[match.end() :]
    return text


def _repeats(gloss: str, before: str, vocabulary: Vocabulary) -> bool:
    """Whether a gloss is another name of the role before it, its initials ("IC") or its clipped words ("org chart")."""
    named, role = vocabulary.find_mentions(gloss), vocabulary.find_mentions(before)
    if named and role and named[-1].role == role[-1].role:
        return named[0].start == 0 and _ends(gloss, named[-1].end) and _ends(before, role[-1].end)
    words, clipped = re.findall(r"\w+", before.lower()), gloss.lower().split()
    initials = "".join(word[0] for word in words if word not in _PASSED_OVER)
    if re.fullmatch(r"[A-Z]{2,}s?", gloss):
        return initials.endswith(gloss.removesuffix("s").lower())
    pairs = list(zip(words[-len(clipped) :], clipped, strict=False))
    return len(pairs) == len(clipped) > 0 and all(len(c) > 1 and word.startswith(c) for word, c in pairs)


def _ends(text: str, end: int) -> bool:
    return text[end:] in ("", "s")


def _to_twins(tokens: Sequence[str]) -> list[str]:
    """Each phrase of the list as the first of its twins."""
    pattern, first = _read_twins()
    return pattern.sub(lambda match: first[match[0]], " ".join(tokens)).split()


@lru_cache(maxsize=1)
def _read_twins() -> tuple[re.Pattern[str], dict[str, str]]:
    file = Path(words_of_the_field.__file__).with_name("twins.toml")
    groups: list[list[str]] = tomllib.loads(file.read_text(encoding="utf-8"))["twins"]
    first = {phrase: group[0] for group in groups for phrase in group[1:]}
    longest = sorted(first, key=len, reverse=True)
    return re.compile(rf"(?<!\S)(?:{'|'.join(map(re.escape, longest))})(?!\S)"), first


def _drop_serial_comma(tokens: Sequence[str]) -> list[str]:
    """Without the comma before "and" or "or" where a list of three or more ends the sentence."""
    commas = [n for n, token in enumerate(tokens) if token == ","]
    last = commas[-1] if len(commas) > 1 else None
    if last is None or tokens[last + 1 : last + 2] not in (["and"], ["or"]):
        return list(tokens)
    return [*tokens[:last], *tokens[last + 1 :]]


def _move_adverb(tokens: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """A simple sentence with the adverb of frequency at its head put after the role it is about."""
    head, rest = list(tokens[:1]), list(tokens[1:])
    rest = rest[1:] if rest[:1] == [","] else rest
    if not _FREQUENCY & set(head) or _REACHING & set(rest) or _FREQUENCY & set(rest):
        return list(tokens)
    subject = re.match(r"(?:an?|the) ", text := " ".join(rest))
    role = next(iter(vocabulary.find_mentions(text)), None)
    if role is None or role.start != (subject.end() if subject else 0):
        return list(tokens)
    count = len(text[: role.end].split())
    return [*rest[:count], *head, *rest[count:]]
