"""What a sentence denies and how strongly it speaks: negations with their reach, quantifiers, hedges."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Literal

Strength = Literal["all", "always", "only", "not only", "most", "many", "some", "few", "must", "need", "may", "hedged"]

# Phrases that look like a negation or a quantifier and are none.
_IDIOM = re.compile(
    r"^(?:no|yes|not (?:really|quite|completely|exactly|always))\b(?=[,:;.]| -)"
    r"|\bnot (?:only|just|merely|simply|solely|least)\b|\bno (?:more|fewer|less|later|longer) than\b"
    r"|\bnot (?:more|less|fewer) than\b|\bno (?:matter|doubt|wonder)\b|\bnothing but\b|\bcannot but\b|\bif any\b"
    r"|\b(?:whether|may|might) or (?:may |might )?not\b|\bor not\b|\bat all\b|\b(?:above|after|first of|all in) all\b"
    r"|\ball the more\b|\bin (?:some|any) (?:way|case)s?\b|\beach other\b|\bat most\b|\bat least\b|\bthe most\b"
    # what speakers say of themselves denies nothing of what they go on to say
    r"|\bi(?: ?' ?m| am| was)? not (?:(?:really|quite|so|entirely|too) )?(?:sure|certain|an expert|familiar)\b"
    r"|\bi (?:do not|don ?' ?t)(?: really)?(?: know| think so)?(?: ?,)? but\b|\bas soon as possible\b"
    r"|\bas many as\b|\bhow many\b|\b(?:quite )?a few\b"
)
_CUE = re.compile(
    r"\b(?:not|cannot|never|no|none|nobody|nothing|nowhere|neither|nor|without|hardly|barely|scarcely"
    r"|(?:rather|other) than|instead of|no longer|lacks?|lacking|unable|[a-z]+n't|cant|dont|doesnt|isnt)\b"
)
_SCOPE_ENDS = re.compile(
    r"[;:()]|,(?! or\b| nor\b)| - |\b(?:but|and|because|so|while|whereas|although|though|unless|yet)\b"
)
_PART_STARTS = re.compile(r"[,;:()]| - |\b(?:but|while|whereas|although|though|because|where)\b")
_DOUBT_ENDS = re.compile(r"[;:()]| - |\b(?:but|while|whereas|although|though|because)\b")
_NOT_ONLY = re.compile(r"\bnot (?:only|just|merely|simply|solely)\b")
_ASIDE = re.compile(r", [^,;:.]{3,40}, ")  # "not, in the strict sense, a role"
_REACH = 60  # characters a negation reaches at most

_FORMS: Mapping[Strength, str] = {
    "all": "all every each any everybody everyone anybody anyone",
    "always": "always invariably constantly consistently regardless guaranteed guarantees entirely completely fully",
    "only": "only solely exclusively sole purely",
    "most": "most mostly majority",
    "many": "many numerous plenty lots several",
    "some": "some sometimes occasionally somebody someone",
    "few": "few rarely seldom hardly barely scarcely",
    "must": "must required requires require mandatory obligatory essential necessary necessarily have_to has_to",
    "need": "need needs needed",
    "may": "may might perhaps possibly maybe could possible",
    "hedged": "can typically usually generally often commonly likely tend tends should consider sometimes normally "
    "potential potentially able frequently partly",
}
_STRENGTHS = {
    strength: re.compile(rf"\b(?:{forms.replace(' ', '|').replace('_', ' ')})\b") for strength, forms in _FORMS.items()
}


CERTAINTY = "that certainty"  # what a claim has that leaves out a "may"


def mask_idioms(normal: str) -> str:
    """The text with look-alikes of negations and quantifiers blanked out, offsets kept."""
    return _IDIOM.sub(lambda m: "_" * len(m.group()), normal)


def find_denied(normal: str) -> tuple[tuple[int, int], ...]:
    """Spans of a normalised text that a negation reaches over."""
    text = mask_idioms(normal)
    spans = []
    for cue in _CUE.finditer(text):
        limit = min(len(text), cue.end() + _REACH)
        aside = _ASIDE.match(text, cue.end())
        stop = _SCOPE_ENDS.search(text, aside.end() if aside else cue.end() + 1, limit)
        spans.append((aside.end() if aside else cue.start(), stop.start() if stop else limit))
    return tuple(spans)


def find_doubted(normal: str) -> tuple[tuple[int, int], ...]:
    """Spans that a "may" or "perhaps" speaks of: from the start of its part of the sentence to where its reach ends."""
    text = _mask_numbers(normal)
    spans = []
    for cue in _STRENGTHS["may"].finditer(text):
        before = [m.end() for m in _PART_STARTS.finditer(text, 0, cue.start())]
        stop = _DOUBT_ENDS.search(text, cue.end())
        spans.append((before[-1] if before else 0, stop.start() if stop else len(text)))
    return tuple(spans)


def _mask_numbers(normal: str) -> str:
    """The text without idioms, "perhaps 20" and "May 20", which are no doubt."""
    return re.sub(r"\bperhaps(?= \d)|\bmay(?= \d)|(?<=\d )may\b", lambda m: "_" * len(m.group()), mask_idioms(normal))


def find_strengths(normal: str) -> Counter[Strength]:
    """Count the quantifiers and modals of each kind; "perhaps 20" and "May 20" are no doubt."""
    text = _mask_numbers(normal)
    found = Counter({name: len(pattern.findall(text)) for name, pattern in _STRENGTHS.items()})
    found["not only"] = len(_NOT_ONLY.findall(normal))
    return +found


def overstates(claim: Counter[Strength], evidence: Counter[Strength]) -> str:
    """Name the quantifier or modal by which a claim says more than (or another thing than) its evidence, or ""."""
    more = next((name for name in _STRICT if claim[name] > evidence[name]), None)
    if more is not None:
        return f'"{_NAMES[more]}"'
    faults = (
        (claim["must"] > evidence["must"] + evidence["need"], '"must"'),
        (bool(claim["not only"] and evidence["only"] and not evidence["not only"]), '"not only"'),
        (bool(claim["most"]) and not _any(evidence, "most", "all", "hedged"), '"most"'),
        (bool(claim["many"]) and _any(evidence, "few", "some") and not _any(evidence, "many", "most", "all"), '"many"'),
        (bool(claim["some"]) and _any(evidence, "all", "most") and not evidence["some"], '"some"'),
        (bool(evidence["may"]) and not _any(claim, "may", "hedged", "some", "many", "few"), CERTAINTY),
    )
    return next((name for fault, name in faults if fault), "")


# Kinds a claim may not use more often than its evidence does.
_STRICT: tuple[Strength, ...] = ("all", "always", "only", "few")
_NAMES = {"all": "all or every", "few": "few or rarely", "always": "always", "only": "only"}


def _any(found: Counter[Strength], *names: Strength) -> bool:
    return any(found[name] for name in names)
