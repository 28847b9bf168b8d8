"""What a sentence denies and how strongly it speaks: negations with their reach, quantifiers, hedges."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

Strength = Literal["all", "always", "only", "not only", "most", "many", "some", "few", "must", "may", "hedged"]

# Phrases that look like a negation or a quantifier and are none.
_IDIOM = re.compile(
    r"\bnot (?:only|just|merely|simply|solely|least)\b|\bno (?:more|fewer|less|later|longer) than\b"
    r"|\bnot (?:more|less|fewer) than\b|\bno (?:matter|doubt|wonder)\b|\bnothing but\b|\bcannot but\b|\bif any\b"
    r"|\b(?:whether|may|might) or (?:may |might )?not\b|\bor not\b|\bat all\b|\b(?:above|after|first of|all in) all\b"
    r"|\ball the more\b|\bin (?:some|any) (?:way|case)s?\b|\beach other\b|\bat most\b|\bat least\b|\bthe most\b"
    r"|\bas many as\b|\bhow many\b|\b(?:quite )?a few\b"
)
_CUE = re.compile(
    r"\b(?:not|cannot|never|no|none|nobody|nothing|nowhere|neither|nor|without|hardly|barely|scarcely|rather than"
    r"|instead of|no longer|lacks?|lacking|unable|[a-z]+n't|cant|dont|doesnt|isnt)\b"
)
_SCOPE_ENDS = re.compile(
    r"[;:()]|,(?! or\b| nor\b)| - |\b(?:but|and|because|so|while|whereas|although|though|unless|yet)\b"
)
_NOT_ONLY = re.compile(r"\bnot (?:only|just|merely|simply|solely)\b")
_REACH = 60  # characters a negation reaches at most

_FORMS: Mapping[Strength, str] = {
    "all": "all every each any everybody everyone anybody anyone",
    "always": "always invariably constantly consistently regardless guaranteed guarantees entirely completely fully",
    "only": "only solely exclusively sole purely",
    "most": "most mostly majority",
    "many": "many numerous plenty lots several",
    "some": "some sometimes occasionally somebody someone",
    "few": "few rarely seldom hardly barely scarcely",
    "must": "must required requires require mandatory obligatory essential necessary necessarily need needs needed "
    "have_to has_to",
    "may": "may might perhaps possibly maybe could possible",
    "hedged": "can typically usually generally often commonly likely tend tends should consider sometimes normally "
    "potential potentially able frequently partly",
}
_STRENGTHS = {
    strength: re.compile(rf"\b(?:{forms.replace(' ', '|').replace('_', ' ')})\b") for strength, forms in _FORMS.items()
}


def mask_idioms(normal: str) -> str:
    """The text with look-alikes of negations and quantifiers blanked out, offsets kept."""
    return _IDIOM.sub(lambda m: "_" * len(m.group()), normal)


def find_denied(normal: str) -> tuple[tuple[int, int], ...]:
    """Spans of a normalised text that a negation reaches over."""
    text = mask_idioms(normal)
    spans = []
    for cue in _CUE.finditer(text):
        limit = min(len(text), cue.end() + _REACH)
        stop = _SCOPE_ENDS.search(text, cue.end() + 1, limit)
        spans.append((cue.start(), stop.start() if stop else limit))
    return tuple(spans)


def find_strengths(normal: str) -> frozenset[Strength]:
    """The kinds of quantifier and modal a normalised text uses; "perhaps 20" speaks of a number, not of doubt."""
    text = re.sub(r"\bperhaps(?= \d)", "_" * 7, mask_idioms(normal))
    found: set[Strength] = {name for name, pattern in _STRENGTHS.items() if pattern.search(text)}
    return frozenset(found | {"not only"} if _NOT_ONLY.search(normal) else found)


def overstates(claim: frozenset[Strength], evidence: Iterable[Strength]) -> str:
    """Name the quantifier or modal by which a claim says more than (or another thing than) its evidence, or ""."""
    have = frozenset(evidence)
    faults = (
        ("all" in claim and "all" not in have, '"all" or "every"'),
        ("always" in claim and "always" not in have, '"always"'),
        ("only" in claim and "only" not in have, '"only"'),
        ("not only" in claim and "only" in have and "not only" not in have, '"not only"'),
        ("most" in claim and not have & {"most", "all", "hedged"}, '"most"'),
        ("few" in claim and "few" not in have, '"few" or "rarely"'),
        ("many" in claim and bool(have & {"few", "some"}) and not have & {"many", "most", "all"}, '"many"'),
        ("some" in claim and bool(have & {"all", "most"}) and "some" not in have, '"some"'),
        ("must" in claim and "must" not in have, '"must"'),
        ("may" in have and not claim & {"may", "hedged", "some", "many", "few"}, "more certainty"),
    )
    return next((name for fault, name in faults if fault), "")
