"""Any encoding in, clean characters out, or a clear refusal."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.errors import DocumentError
from coach.loading.decoding import decode, mend

GERMAN = "Für größere Teams übernimmt die Leiterin mehr Verantwortung. Ärger gibt es trotzdem genügend, wohl." * 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "latin-1"])
def test_encodings_are_told_apart(encoding):
    assert decode(GERMAN.encode(encoding)) == GERMAN


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", b"text\x00more", b"\x01\x02\x03\xff\xfe\x80" * 50]
)
def test_what_is_no_text_is_refused(data):
    with pytest.raises(DocumentError):
        decode(data)


def test_a_broken_byte_in_sound_utf8_costs_that_byte_only():
    data = GERMAN.encode() + b"\xff"
    assert decode(data) == GERMAN + "\ufffd"


@pytest.mark.parametrize(
    ("garbled", "clean"),
    [
        ("this collection \u00e2\u20ac\u201c known", "this collection \u2013 known"),
        ("don\u00e2\u20ac\u2122t", "don't"),
        ("cafe\u0301", "caf\u00e9"),
        ("long\u2011term plans\u00a0here", "long-term plans here"),
        ("soft\u00adware with\u200bout", "software without"),
        ("a\x07b\x0bc", "ab\nc"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("say \u201chi\u201d", 'say "hi"'),
        ("team (\u226415 people)", "team (\u226415 people)"),
        ("&lt;b&gt; stays for the parser", "&lt;b&gt; stays for the parser"),
        ("\ud800", "\ufffd"),
    ],
)
def test_characters_are_mended(garbled, clean):
    assert mend(garbled) == clean


@settings(deadline=None)
@given(st.text(max_size=200))
def test_mended_text_holds_no_control_characters_and_can_be_stored(text):
    mended = mend(text)
    mended.encode("utf-8")
    assert not any(c in mended for c in "\x00\x08\x1b\r\x7f")
