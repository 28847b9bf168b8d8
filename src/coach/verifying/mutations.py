"""Sentences bent out of truth, and sentences restated in truth, for measuring and training verifiers.

Every function takes a true sentence and a seeded `random.Random`, and returns the changed sentence or
None where the change does not apply. A falsehood is false of the one sentence it was made from.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from coach.verifying.lexicon import OPPOSITES
from coach.verifying.numbers import find_quantities
from coach.verifying.polarity import mask_idioms
from coach.verifying.words import LIGHT_STEMS, get_same, is_content, normalise, stem
from coach.vocabulary import RoleMention, Vocabulary

_SPELT = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
).split()
_TENS = dict(zip(range(20, 100, 10), "twenty thirty forty fifty sixty seventy eighty ninety".split(), strict=True))
_NUMBER = re.compile(r"(?<![\w.,/$])\d+(?![\w/]|[.,]\d)")
_RANGE = re.compile(r"(\d+) to (\d+)")
_AUXILIARY = re.compile(r"\b(is|are|was|were|can|should|must|has to|have to|may|will|could|does|do)\b(?! not)")
_VERB = re.compile(r"(?P<adverb>\s+(?:typically|usually|often|generally|also))?\s+(?P<verb>[a-z]{2,}s)\b(?!')")
_NEGATION = re.compile(r"\b(?:not|no longer|never) |\bcannot\b|\bwithout\b|\bnobody\b")
_HEDGE = re.compile(r"\b(?:typically|often|usually|sometimes|perhaps|generally) ")
_MODAL = re.compile(r"\b(?:can|may|should|could)\b")
_DETERMINER = re.compile(r"^(?:An?|The) (?=[a-z])")
_SYMMETRIC = re.compile(r"\b(?:and|or|with|between|versus|vs|both|differ\w*|resembl\w*|same|like|unlike)\b")
_NAMES = ("Google", "Netflix", "Kubernetes", "Spotify", "Amazon", "Microsoft", "Scrum", "SAFe", "McKinsey", "Gartner")
_TAILS = (
    "and earns a yearly bonus", "and reports weekly to the board", "and approves every vacation request",
    "with a background in law", "after passing a certification exam", "and negotiates supplier contracts",
    "and owns the marketing campaigns", "and is elected by the shareholders", "while studying for an MBA",
    "and keeps the payroll",
)  # fmt: skip
_RESTATED = (
    ("leads", "manages"), ("manages", "leads"), ("multiple", "several"), ("several", "multiple"),
    ("needs", "requires"), ("hires", "recruits"), ("recruits", "hires"), ("helps", "supports"), ("large", "big"),
    ("companies", "organizations"), ("company", "organization"), ("goals", "objectives"), ("makes sure", "ensures"),
    ("shows", "demonstrates"), ("problems", "issues"), ("sets", "defines"), ("duties", "responsibilities"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Variant:
    """A changed sentence and the kind of change."""

    kind: str
    text: str


Change = Callable[[str, random.Random, Vocabulary], str | None]


def falsify(sentence: str, rng: random.Random, vocabulary: Vocabulary, others: Sequence[str] = ()) -> list[Variant]:
    """One falsehood of each kind that applies; `others` are true sentences to borrow half-truths from."""
    made = [Variant(kind, text) for kind, change in LIES.items() if (text := change(sentence, rng, vocabulary))]
    borrowed = _borrow(sentence, rng, vocabulary, others)
    return [v for v in (*made, *borrowed) if normalise(v.text) != normalise(sentence)]


def restate(sentence: str, rng: random.Random, vocabulary: Vocabulary) -> list[Variant]:
    """One true restatement of each kind that applies."""
    made = [Variant(kind, text) for kind, change in TRUTHS.items() if (text := change(sentence, rng, vocabulary))]
    return [v for v in made if v.text != sentence]


def change_number(sentence: str, rng: random.Random, _: Vocabulary) -> str | None:
    """Replace one number by another; a range keeps its form."""
    spots = [m for m in _NUMBER.finditer(sentence)]
    if not spots:
        return None
    spot = rng.choice(spots)
    old, present = int(spot.group()), {int(m.group()) for m in spots}
    near = [n for n in (old + 1, old + 2, old * 2, old * 3, old + 10, max(2, old - 1)) if n not in present]
    return _put(sentence, spot.start(), spot.end(), str(rng.choice(near)))


def spell_wrong_number(sentence: str, rng: random.Random, _: Vocabulary) -> str | None:
    """Replace a range by another one in words."""
    match = _RANGE.search(sentence)
    if match is None:
        return None
    low, high = int(match[1]), int(match[2])
    wrong = rng.choice([(low + 1, high + 2), (low * 2, high * 2), (max(1, low - 2), low)])
    return _put(sentence, match.start(), match.end(), f"{_spell(wrong[0])} to {_spell(wrong[1])}")


def bound_number(sentence: str, rng: random.Random, _: Vocabulary) -> str | None:
    """Bound a number that is stated without a bound, at the wrong end where it is a range."""
    for quantity in find_quantities(normalise(sentence)):
        match = _NUMBER.search(sentence)
        if match is not None and not quantity.bound and quantity.unit != "ordinal":
            end = _RANGE.match(sentence, match.start())
            last = end[2] if end else match.group()
            wrong = rng.choice(["at least ", "more than "]) + last
            return _put(sentence, match.start(), end.end() if end else match.end(), wrong)
    return None


def change_unit(sentence: str, _: random.Random, __: Vocabulary) -> str | None:
    """Say weeks for months, months for years, people for percent."""
    pairs = (("months", "weeks"), ("years", "months"), ("percent", "people"), ("engineers", "teams"))
    for old, new in pairs:
        changed, count = re.subn(rf"(?<=\d ){old}\b", new, sentence, count=1)
        if count:
            return changed
    return None


def swap_role(sentence: str, rng: random.Random, vocabulary: Vocabulary) -> str | None:
    """Say it of another role that the sentence does not name."""
    mentions = vocabulary.find_mentions(sentence)
    present = {m.role for m in mentions}
    ladder = [r for r in vocabulary.roles.values() if r.ladder == "management" and r.id not in present]
    if len(present) != 1 or not ladder or not mentions or next(iter(present)) not in vocabulary.roles:
        return None
    other = rng.choice(ladder).name
    text = sentence
    for mention in reversed(mentions):
        plural = "s" if sentence[mention.start : mention.end].lower().endswith("managers") else ""
        text = _put(text, mention.start, mention.end, other + plural)
    return _fix_articles(text)


def exchange_roles(sentence: str, _: random.Random, vocabulary: Vocabulary) -> str | None:
    """Exchange the two roles of a sentence."""
    mentions = vocabulary.find_mentions(sentence)
    if len(mentions) != 2 or mentions[0].role == mentions[1].role:
        return None
    first, second = mentions
    if _SYMMETRIC.search(sentence[first.end : second.start]) or _SYMMETRIC.search(sentence[: first.start]):
        return None
    return _fix_articles(_exchange(sentence, first, second))


def exchange_numbers(sentence: str, _: random.Random, vocabulary: Vocabulary) -> str | None:
    """Give the first role's range to the second role."""
    ranges = list(_RANGE.finditer(sentence))
    if len(ranges) < 2 or len({m.role for m in vocabulary.find_mentions(sentence)}) < 2 or ranges[0][0] == ranges[1][0]:
        return None
    text = _put(sentence, ranges[1].start(), ranges[1].end(), ranges[0].group())
    return _put(text, ranges[0].start(), ranges[0].end(), ranges[1].group())


def negate(sentence: str, _: random.Random, vocabulary: Vocabulary) -> str | None:
    """Deny what is affirmed."""
    if _NEGATION.search(sentence):
        return None
    auxiliary = _AUXILIARY.search(sentence)
    if auxiliary:
        negated = {"has to": "does not have to", "have to": "do not have to", "can": "cannot"}
        return _put(sentence, *auxiliary.span(), negated.get(auxiliary[1], f"{auxiliary[1]} not"))
    subject = _find_subject(sentence, vocabulary)
    verb = _VERB.match(sentence, subject) if subject else None
    if verb is None:
        return None
    return _put(sentence, verb.start("verb"), verb.end("verb"), f"does not {_infinitive(verb['verb'])}")


def affirm(sentence: str, _: random.Random, __: Vocabulary) -> str | None:
    """Affirm what is denied."""
    match = _NEGATION.search(mask_idioms(sentence))
    if match is None or len(_NEGATION.findall(sentence)) != 1:
        return None
    put = {"cannot": "can", "without": "with", "nobody": "everybody"}.get(match.group().strip(), "")
    return _put(sentence, match.start(), match.end(), put)


def generalise(sentence: str, rng: random.Random, _: Vocabulary) -> str | None:
    """Make a rule without exception of it."""
    if _HEDGE.search(sentence):
        return _HEDGE.sub("always ", sentence, count=1)
    if re.search(r"\b(?:many|some|most)\b", sentence, re.IGNORECASE) and "the most" not in sentence:
        return re.sub(
            r"\b(many|some|most)\b", lambda m: "All" if m[1][0].isupper() else "all", sentence, count=1, flags=re.I
        )
    if re.search(r"\b(?:all|every|each|any|only|always)\b", sentence, re.IGNORECASE) is None and _DETERMINER.match(
        sentence
    ):
        return _DETERMINER.sub(rng.choice(["Every ", "Only a "]), sentence, count=1)
    return None


def oblige(sentence: str, _: random.Random, __: Vocabulary) -> str | None:
    """Turn what can or may be into what must be."""
    if re.search(r"\b(?:must|need\w*|requir\w*|essential|necessary|ha(?:s|ve) to)\b", sentence):
        return None
    changed, count = _MODAL.subn("must", sentence, count=1)
    return changed if count and "must not" not in changed and "mustnot" not in changed else None


def reverse_word(sentence: str, rng: random.Random, _: Vocabulary) -> str | None:
    """Replace a word by its opposite."""
    words = {m.group().lower(): m for m in re.finditer(r"[A-Za-z]+", mask_idioms(sentence))}
    skipped = {"more", "most", "least", "less", "fewer", "first", "last", "single", "senior", "junior", "manager"}
    pairs = [pair.split() for pair in OPPOSITES]
    options = [
        (a, b) for x, y in pairs for a, b in ((x, y), (y, x)) if a in words and b not in words and a not in skipped
    ]
    if not options:
        return None
    old, new = rng.choice(sorted(options))
    match = words[old]
    return _put(sentence, match.start(), match.end(), new.capitalize() if match.group()[0].isupper() else new)


def exchange_words(sentence: str, rng: random.Random, vocabulary: Vocabulary) -> str | None:
    """Exchange two adjectives or nouns that stand in different parts of a sentence."""
    half = re.search(r"[,;] (?!and|or)| (?:but|while|whereas|than|so that|in order) ", sentence)
    if half is None or not 15 < half.start() < len(sentence) - 15:
        return None
    taken = {w for m in vocabulary.find_mentions(sentence) for w in sentence[m.start : m.end].lower().split()}
    spots = [
        m
        for m in re.finditer(r"\b[a-z]{4,}\b", sentence)
        if is_content(m.group()) and stem(m.group()) not in LIGHT_STEMS and m.group() not in taken
    ]
    left, right = ([m for m in spots if (m.start() < half.start()) is side] for side in (True, False))
    pairs = [
        (a, b) for a in left for b in right if _ending(a.group()) == _ending(b.group()) != "" and a.group() != b.group()
    ]
    if not pairs:
        return None
    first, second = rng.choice(pairs)
    text = _put(sentence, second.start(), second.end(), first.group())
    return _put(text, first.start(), first.end(), second.group())


def add_name(sentence: str, rng: random.Random, _: Vocabulary) -> str:
    """Add a company, a product or a study that nobody spoke of."""
    name = rng.choice([n for n in _NAMES if n not in sentence])
    return rng.choice(
        [f"At {name}, {_lower(sentence)}", f"{sentence.rstrip('.')}, as {name} found in {rng.randint(1995, 2024)}."]
    )


def add_tail(sentence: str, rng: random.Random, _: Vocabulary) -> str:
    """Add a half that is not in the sentence."""
    return f"{sentence.rstrip('.')} {rng.choice(_TAILS)}."


def _borrow(sentence: str, rng: random.Random, vocabulary: Vocabulary, others: Sequence[str]) -> list[Variant]:
    """Borrow: another sentence's end, the whole of it as a second half, or one of its words."""
    subject = _find_subject(sentence, vocabulary)
    mine = set(normalise(sentence).split())
    strange = [o for o in others if len(mine & set(normalise(o).split())) < 4]
    if not strange:
        return []
    other = rng.choice(strange)
    start = _find_subject(other, vocabulary)
    made = [Variant("half_supported", f"{sentence.rstrip('.')}, and {_lower(other)}")]
    if subject and start:
        made.append(Variant("wrong_predicate", sentence[:subject] + other[start:]))
    replaced = _replace_word(sentence, " ".join(strange), rng, vocabulary)
    return [*made, Variant("strange_word", replaced)] if replaced else made


def _replace_word(sentence: str, strange: str, rng: random.Random, vocabulary: Vocabulary) -> str | None:
    """Put a word of other sentences, of the same form, in the place of a content word."""
    taken = [(m.start, m.end) for m in vocabulary.find_mentions(sentence)]
    have = {stem(word.lower()) for word in re.findall(r"[A-Za-z]+", sentence)}
    spots = [
        m
        for m in re.finditer(r"\b[a-z]{4,}\b", sentence)
        if is_content(m.group())
        and stem(m.group()) not in LIGHT_STEMS
        and not any(a <= m.start() < b for a, b in taken)
    ]
    new = {w for w in re.findall(r"\b[a-z]{4,}\b", strange) if is_content(w) and stem(w) not in have | LIGHT_STEMS}
    options = [
        (m, w) for m in spots for w in sorted(new) if _ending(w) == _ending(m.group()) and not _mean_same(w, m.group())
    ]
    if not options:
        return None
    spot, word = rng.choice(options)
    return _put(sentence, spot.start(), spot.end(), word)


def _ending(word: str) -> str:
    return next((e for e in ("ing", "tion", "ment", "ity", "ness", "ship", "ed", "ly", "s") if word.endswith(e)), "")


def _mean_same(one: str, other: str) -> bool:
    return bool(get_same(stem(one)) & get_same(stem(other)))


def spell_numbers(sentence: str, _: random.Random, __: Vocabulary) -> str | None:
    """Write the numbers in words."""
    return _NUMBER.sub(lambda m: _spell(int(m.group())), sentence)


def dash_ranges(sentence: str, rng: random.Random, _: Vocabulary) -> str | None:
    """Write ranges with a dash."""
    return _RANGE.sub(rf"\1{rng.choice('-–—')}\2", sentence)


def between_ranges(sentence: str, _: random.Random, __: Vocabulary) -> str | None:
    """Write ranges with "between" and "and"."""
    return _RANGE.sub(r"between \1 and \2", sentence) if "or more" not in sentence else None


def rename_role(sentence: str, rng: random.Random, vocabulary: Vocabulary) -> str | None:
    """Call a role by one of its other names."""
    mentions = vocabulary.find_mentions(sentence)
    short = {
        "engineering-manager": "EM",
        "senior-engineering-manager": "senior EM",
        "vp": "vice president of engineering",
    }
    short |= {
        "director": "engineering director",
        "cto": "CTO",
        "tech-lead": "tech lead",
        "individual-contributor": "IC",
    }
    usable = [m for m in mentions if m.role in short and not sentence[m.end :].startswith((" (", ")"))]
    if not usable:
        return None
    one = rng.choice(usable)
    plural = "s" if sentence[one.start : one.end].endswith("s") else ""
    return _fix_articles(_put(sentence, one.start, one.end, short[one.role] + plural))


def drop_hedge(sentence: str, _: random.Random, __: Vocabulary) -> str | None:
    """Leave out "typically" or "usually"."""
    return re.sub(r"\b(?:typically|usually|generally) ", "", sentence, count=1)


def attribute(sentence: str, rng: random.Random, _: Vocabulary) -> str:
    """Say who says it."""
    opening = rng.choice(["The guides say that", "According to the guides,", "The guides describe how"])
    return f"{opening} {_lower(sentence)}"


def reword(sentence: str, rng: random.Random, _: Vocabulary) -> str | None:
    """Replace a word by one that means the same."""
    usable = [(old, new) for old, new in _RESTATED if re.search(rf"\b{old}\b", sentence)]
    if not usable:
        return None
    old, new = rng.choice(usable)
    return re.sub(rf"\b{old}\b", new, sentence, count=1)


def front(sentence: str, _: random.Random, __: Vocabulary) -> str | None:
    """Move an opening phrase to the end."""
    match = re.fullmatch(r"((?:In|For|At|On) [^,]{5,50}), ([^,]+)\.", sentence)
    return f"{match[2][0].upper()}{match[2][1:]} {_lower(match[1])}." if match else None


def change_case(sentence: str, rng: random.Random, _: Vocabulary) -> str:
    """Change the case, the final stop and the blanks."""
    return rng.choice(
        [sentence.upper(), f"  {sentence.rstrip('.')} ", sentence.replace(" ", "  ", 2), sentence.lower()]
    )


LIES: Mapping[str, Change] = {
    "number": change_number,
    "number_words": spell_wrong_number,
    "bound": bound_number,
    "unit": change_unit,
    "role": swap_role,
    "exchange_roles": exchange_roles,
    "exchange_numbers": exchange_numbers,
    "negation": negate,
    "affirmation": affirm,
    "generalisation": generalise,
    "obligation": oblige,
    "opposite": reverse_word,
    "exchange_words": exchange_words,
    "name": add_name,
    "tail": add_tail,
}
TRUTHS: Mapping[str, Change] = {
    "number_words": spell_numbers,
    "dash": dash_ranges,
    "between": between_ranges,
    "role_name": rename_role,
    "hedge_dropped": drop_hedge,
    "attributed": attribute,
    "reworded": reword,
    "fronted": front,
    "case": change_case,
}


def _put(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]


def _exchange(text: str, first: RoleMention, second: RoleMention) -> str:
    left, right = (text[m.start : m.end] for m in (first, second))
    if left.endswith("s") != right.endswith("s"):
        left, right = (r.removesuffix("s") for r in (left, right))
    return text[: first.start] + right + text[first.end : second.start] + left + text[second.end :]


def _spell(number: int) -> str:
    if number <= 20:
        return _SPELT[number]
    if number < 100:
        return _TENS[number // 10 * 10] + (f"-{_SPELT[number % 10]}" if number % 10 else "")
    if number < 1000 and number % 100 == 0:
        return f"{_SPELT[number // 100]} hundred"
    return str(number)


def _find_subject(sentence: str, vocabulary: Vocabulary) -> int:
    """Where the opening role (with a bracket after it) ends, or 0."""
    mentions = vocabulary.find_mentions(sentence)
    if not mentions or mentions[0].start > 15 or re.search(r"\b(?:of|for|by)\s", sentence[: mentions[0].start]):
        return 0
    end = mentions[0].end
    bracket = re.match(r" \([^)]*\)", sentence[end:])
    return end + (bracket.end() if bracket else 0)


def _infinitive(verb: str) -> str:
    irregular = {"has": "have", "does": "do", "goes": "go"}
    if verb in irregular:
        return irregular[verb]
    if verb.endswith("ies"):
        return verb[:-3] + "y"
    return verb[:-2] if verb.endswith(("sses", "shes", "ches", "xes")) else verb[:-1]


def _lower(sentence: str) -> str:
    return sentence if sentence[1:2].isupper() else sentence[:1].lower() + sentence[1:]


def _fix_articles(text: str) -> str:
    """Put the article that the next word wants."""
    text = re.sub(r"\b([Aa])n (?=[b-df-hj-np-tv-z]|V|CTO|CIO)", r"\1 ", text)
    return re.sub(r"\b([Aa]) (?=[aeio]|EM\b|IC\b|engineering)", r"\1n ", text)
