from __future__ import annotations

import itertools
import json

import pytest

from coach.composing.replies import MAX_CHARACTERS, SCHEMA, Said, read_reply, split_claims

WHOLE = [Said("A director leads.", (1,)), Said("A CTO dreams.", (2, 3))]
JSON = json.dumps({"sentences": [{"text": s.text, "evidence": list(s.numbers)} for s in WHOLE]})
PROSE = "A director leads [1]. A CTO dreams [2][3]."


def in_pieces(text: str, size: int):
    return (text[n : n + size] for n in range(0, len(text), size))


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
@pytest.mark.parametrize(
    "reply", [PROSE, JSON, f"```json\n{JSON}\n```", f"\n {JSON}", json.dumps(json.loads(JSON), indent=1)]
)
def test_prose_and_json_are_read_alike_however_they_are_cut(reply, size):
    assert list(read_reply(in_pieces(reply, size))) == WHOLE


@pytest.mark.parametrize("reply", [PROSE, JSON])
def test_a_sentence_is_there_before_the_next_one_begins(reply):
    read = []

    def talk():
        for letter in reply:
            read.append(letter)
            yield letter

    next(read_reply(talk()))
    assert "CTO" not in "".join(read)


@pytest.mark.parametrize("length", range(0, len(JSON), 9))
def test_json_that_breaks_off_gives_what_was_whole(length):
    said = list(read_reply([JSON[:length]]))
    assert said == WHOLE[: len(said)]


def test_faults_come_after_what_was_whole():
    def die():
        yield JSON[: JSON.index("A CTO")]
        raise ConnectionError

    reply = read_reply(die())
    assert next(reply) == WHOLE[0]
    with pytest.raises(ConnectionError):
        next(reply)


@pytest.mark.parametrize(
    "reply",
    ["", "   ", "{", "{}", '{"sentences": []}', '{"sentences": [{"text": 3}, {"evidence": [1]}]}', "```json", "[1"],
)
def test_nothing_said_is_nothing_read(reply):
    assert list(read_reply([reply])) in ([], [Said("[1", ())])[: 1 + (reply == "[1")]


def test_numbers_that_are_no_numbers_are_left_out():
    assert list(read_reply(['{"sentences": [{"text": "So it is [4].", "evidence": ["x", 2, null]}]}'])) == [
        Said("So it is.", (2, 4))
    ]


def test_a_reply_without_end_is_cut_and_its_stream_closed():
    closed = []

    def talk():
        try:
            yield from itertools.repeat("On and on it goes [1]. ")
        finally:
            closed.append(True)

    assert sum(len(s.text) for s in read_reply(talk())) <= MAX_CHARACTERS
    assert closed == [True]


@pytest.mark.parametrize(
    ("sentence", "claims"),
    [
        ("A lead has five [1], and a VP has nine [2].", [("A lead has five.", (1,)), ("A VP has nine.", (2,))]),
        ("Leads have five [1]; Directors have nine [2].", [("Leads have five.", (1,)), ("Directors have nine.", (2,))]),
        ("A lead plans [1], and reviews code [2].", [("A lead plans, and reviews code.", (1, 2))]),
        ("A lead plans, and a VP decides [2].", [("A lead plans, and a VP decides.", (2,))]),
        ("- A lead plans. [1, 2]", [("A lead plans.", (1, 2))]),
        ("A lead plans", [("A lead plans", ())]),
    ],
)
def test_claims_with_numbers_of_their_own_stand_alone(sentence, claims):
    assert [(s.text, s.numbers) for s in split_claims(sentence)] == claims


def test_the_schema_forbids_what_it_does_not_name():
    item = SCHEMA["properties"]["sentences"]["items"]
    assert SCHEMA["additionalProperties"] is item["additionalProperties"] is False
    assert set(item["required"]) == set(item["properties"])
