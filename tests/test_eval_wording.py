"""Whose words a shown sentence is made of."""

from __future__ import annotations

import json

import pytest

from coach.eval.replies import Quoted, Reply, Stated
from coach.eval.run import Record, Run, write_run
from coach.eval.scorers import Score
from coach.eval.wording import classify, measure_wordings, read_wordings

SENTENCE = "An engineering manager (EM) leads the entire team."
ITEM = "Ability to lead a small team"


def quote(text, marker=1, headings=("Ladder", "Senior EM", "Skills")):
    return Quoted(marker, "g", text, 0, len(text), headings)


@pytest.mark.parametrize(
    ("claim", "quoted", "expected"),
    [
        (SENTENCE, SENTENCE, "verbatim"),
        ("Senior EM, skills: ability to lead a small team.", ITEM, "verbatim"),
        (r"Use \\[brackets\\].".replace("\\\\", "\\"), "Use [brackets]", "verbatim"),
        ("An engineering manager leads the whole team.", SENTENCE, "proved"),
        ("An engineering manager leads the team.", SENTENCE, "paraphrased"),
        ("Director, skills: ability to lead a small team.", ITEM, "paraphrased"),
    ],
)
def test_the_wording_of_a_sentence(claim, quoted, expected):
    assert classify(claim, [quote("Something else.", 2), quote(quoted)]) == expected


def make_reply():
    said = (SENTENCE, "An engineering manager leads the whole team.", "It is fun.", "Nothing cited.")
    claims = tuple(Stated(text, (1,) if n < 3 else ()) for n, text in enumerate(said))
    return Reply(claims=claims, citations=(quote(SENTENCE), quote(ITEM, 2)))


def test_the_shares_are_of_what_cites_something():
    assert [w.quotes for w in read_wordings(make_reply())] == [(quote(SENTENCE),)] * 3
    third = pytest.approx(1 / 3)
    assert measure_wordings([make_reply()]) == {
        "claims_verbatim": third,
        "claims_proved": third,
        "claims_paraphrased": third,
    }
    assert measure_wordings([Reply(abstained=True)])["claims_verbatim"] is None


def test_the_command_lists_what_is_not_a_guide_s_own_words(tmp_path, capsys):
    from coach.cli.app import main

    log = tmp_path / "run.jsonl"
    write_run(Run({"dataset": "d"}, (Record("one", "lookup", make_reply(), Score("answered", True)),)), log)
    assert main(["eval", "reworded", str(log)]) == 0
    told = capsys.readouterr().out
    assert "[proved]" in told and "  + It is fun." in told and f"  - {SENTENCE}" in told
    assert f"  + {SENTENCE}" not in told and "3 sentences: 1 verbatim, 1 proved, 1 paraphrased." in told
    main(["eval", "reworded", str(log), "--json"])
    assert [row["wording"] for row in json.loads(capsys.readouterr().out)] == ["proved", "paraphrased"]
