"""Text as it may have been meant: without look-alike letters, digits for letters, spread letters or encodings."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

# Letters of other scripts that look like Latin ones (the confusables of Unicode TR39 that a keyboard reaches).
_LOOKALIKES = str.maketrans(
    "аеорсухіїјѕԁԛԝһӏвкмнтАВЕКМНОРСТУХІЈЅαοερνικτχυγΑΒΕΖΗΙΚΜΝΟΡΤΥΧɡıɑʟոսօցһⅼ",
    "aeopcyxiijsdqwhlbkmhtABEKMHOPCTYXIJSaoepviktxuyABEZHIKMNOPTYXgialnuoghl",
)
_QUOTES = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00ab": '"', "\u00bb": '"'})
_DIGITS = str.maketrans("013457@$!|", "oieastasil")
# A word with digits or signs among its letters, as in "1gn0re"; "401k" and "3rd" have them at one end only.
_DISGUISED = re.compile(r"(?<![\w@$|])(?=[\w@$!|]*[a-z])(?=[\w@$!|]*[013457@$!|])[\w@$!|]{3,}(?<![!|])")
_TEMPLATE = re.compile(
    r"<\||\|>|<\uff5c|\uff5c>|\[/?INST\]|<</?SYS>>|</?s>|</?(?:bos|eos|pad|unk|system|user|assistant|tool)>"
    r"|<(?:start|end)_of_turn>",
    re.IGNORECASE,
)
_MIXED = re.compile(r"[a-z][013457@$|][a-z]")  # quick to look for, and every disguise of some length holds it
_SPREAD = re.compile(r"(?<!\w)(?:\w[ .\-_*]{1,3}){5,}\w(?!\w)")
_ENCODED = re.compile(r"(?<![\w+/=])[A-Za-z0-9+/_-]{24,}={0,2}(?![\w+/])")
_HEXADECIMAL = re.compile(r"(?<!\w)(?:0x)?(?:[0-9a-f]{2}[ :]?){16,}(?!\w)", re.IGNORECASE)
_BINARY = re.compile(r"(?<!\d)(?:[01]{8}\s){7,2000}[01]{8}(?!\d)")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_FEWEST_ESCAPES, _FEWEST_SIXES, _LONG_WORD = 3, 5, 24
_URL_SAFE = str.maketrans("-_", "+/")
_READABLE = 0.9  # share of printable characters from which decoded bytes are a text
_MOST_ENCODED = 20_000  # characters of an encoding that are decoded
# What stands for nothing on the page and may break a word or carry hidden text: format characters, tags, fillers.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff9-\ufffb\U000e0100-\U000e01ef]"
)
_TAGS = re.compile("[\U000e0000-\U000e007f]+")


def unmask(text: str) -> Iterator[str]:
    """The text without masks, lower-case and with single blanks, then each further way it may be read.

    Every reading costs a search for patterns, so one is made only where its own signs are there.
    """
    return map(_squeeze, _read_in_all_ways(text))


def _read_in_all_ways(text: str) -> Iterator[str]:
    plain = _to_plain(text).lower()
    yield plain
    if not plain.isascii():
        folded = _fold(plain)
        if folded != plain:
            yield folded
        plain = folded
    if _MIXED.search(plain):
        yield _DISGUISED.sub(lambda m: m.group().translate(_DIGITS), plain)
    if _SPREAD.search(plain):
        yield _join_spread(plain)
    yield from _decode_parts(text)


def _squeeze(text: str) -> str:
    """Single blanks and line ends, so that patterns need not try each of many."""
    return "\n".join(line for part in text.split("\n") if (line := " ".join(part.split())))


def defuse(text: str) -> str:
    """A text for a prompt, with the signs that models' templates are made of broken up.

    A server that turns messages into one text may take such signs in a guide or a question for its own.
    """
    return _TEMPLATE.sub(lambda m: f"{m.group()[0]} {m.group()[1:]}", text)


def find_hidden(text: str) -> str:
    """What is written in tag characters, which no page shows."""
    return "".join(chr(ord(c) - 0xE0000) for part in _TAGS.findall(text) for c in part if 0xE0020 <= ord(c) <= 0xE007E)


def _to_plain(text: str) -> str:
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text)
    return _TAGS.sub(lambda m: find_hidden(m.group()), _UNSEEN.sub("", text)).translate(_QUOTES)


def _fold(text: str) -> str:
    """Latin letters in place of those that look like them, and no accents."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return bare.translate(_LOOKALIKES)


def _join_spread(text: str) -> str:
    """Letters that were spread ("i g n o r e   a l l") as words; wider gaps separate them."""

    def join(match: re.Match[str]) -> str:
        words = re.split(r"[ ]{2,}", match.group())
        return " ".join(re.sub(r"[ .\-_*]", "", word) for word in words)

    return _SPREAD.sub(join, text)


def _decode_parts(text: str) -> Iterator[str]:
    """Parts in base64, hexadecimal, binary or percent signs, decoded. What is quick to see is looked at first."""
    if any(len(word) >= _LONG_WORD for word in text.split()):
        for match in _ENCODED.finditer(text):
            yield from _read(_decode_base64(match.group()[:_MOST_ENCODED]))
    if text.count("6") >= _FEWEST_SIXES:  # in hexadecimal most small letters begin with it
        for match in _HEXADECIMAL.finditer(text):
            digits = re.sub(r"^0x|[ :]", "", match.group().lower())[:_MOST_ENCODED]
            yield from _read(bytes.fromhex(digits[: len(digits) // 2 * 2]))
    if "0110" in text:
        for match in _BINARY.finditer(text):
            yield from _read(bytes(int(part, 2) for part in match.group().split()))
    if text.count("%") >= _FEWEST_ESCAPES and _PERCENT.search(text):
        yield from _read(unquote_to_bytes(text))


def _decode_base64(part: str) -> bytes:
    part = part.rstrip("=").translate(_URL_SAFE)
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4))
    except (binascii.Error, ValueError):
        return b""


def _read(data: bytes) -> Iterator[str]:
    found = data.decode("utf-8", "ignore")
    if found and sum(c.isprintable() or c.isspace() for c in found) >= _READABLE * max(len(data), 1) and " " in found:
        yield found.lower()
