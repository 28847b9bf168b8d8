"""From bytes to clean characters: encodings guessed, mojibake mended, control characters removed."""

from __future__ import annotations

import re
import unicodedata

from coach.errors import DocumentError

_BOMS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SAMPLE = 256 * 1024  # bytes that are enough to tell an encoding
_HOPELESS = 0.02  # share of characters that are no text, from which a file is refused
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
# Invisible characters that break words for search and matching, or carry text that no page shows (the tags of
# plane 14); the soft and zero-width ones stand for nothing.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f\U000e0100-\U000e01ef]"
)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_TO_PLAIN = str.maketrans({"\u2010": "-", "\u2011": "-", "\u00a0": " ", "\u202f": " ", "\u2007": " "})
_REMEDY = "Save the file as UTF-8 text and try again."


def decode(data: bytes) -> str:
    """Decode the bytes of a text file and mend what was garbled on the way.

    Raises DocumentError for binary data and for bytes that are no text in any encoding.
    """
    text = _decode_bytes(data)
    bad = text.count("\ufffd") + len(_CONTROL.findall(text))
    if bad > _HOPELESS * max(len(text), 50):
        raise DocumentError("its bytes are no text in any known encoding", remedy=_REMEDY)
    return mend(text)


def mend(text: str) -> str:
    """Undo mojibake, curl and compose: NFC, one kind of newline, no control or invisible characters.

    Lone surrogates, which cannot be stored or sent as UTF-8, become U+FFFD.
    """
    if not text.isascii():
        import ftfy

        text = _SURROGATE.sub("\ufffd", text)
        text = ftfy.fix_text(text, normalization=None, unescape_html=False, fix_character_width=False)
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text).translate(_TO_PLAIN))
    text = re.sub(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", text)
    return _CONTROL.sub("", text)


def _decode_bytes(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace").lstrip("\ufeff")
    if b"\x00" in data:
        raise DocumentError("it is a binary file, not text", remedy=_REMEDY)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decode_by_guess(data)


def _decode_by_guess(data: bytes) -> str:
    """Mostly sound UTF-8 keeps its sound part; anything else is left to charset-normalizer."""
    broken = data.decode("utf-8", "replace")
    sound = sum(ord(c) > 127 and c != "\ufffd" for c in broken)
    if sound > broken.count("\ufffd"):
        return broken
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE]).best()
    if best is None:
        raise DocumentError("its encoding is not known", remedy=_REMEDY)
    return data.decode(best.encoding, "replace").lstrip("\ufeff")
