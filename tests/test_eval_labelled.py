"""The labelled claims that ship describe the guides, and bad files are named by line."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from coach.eval.dataset import DatasetError
from coach.eval.labelled import load_labels

ROW = {"id": "a", "claim": "c", "supported": True, "evidence": [{"document": "d", "quote": "q"}]}


def test_every_quote_stands_in_the_guides(corpus):
    labels = load_labels()
    for row in labels.rows:
        for document, quote in row.evidence:
            assert quote in (corpus / f"{document}.md").read_text(encoding="utf-8"), row.id


def test_there_are_enough_of_each_label_with_varied_faults_and_a_reason_each():
    rows = load_labels().rows
    assert 150 <= len(rows) == load_labels().header["rows"]
    assert min(Counter(r.supported for r in rows).values()) >= 60
    faults = Counter(r.kind for r in rows if not r.supported)
    assert len(faults) >= 20 and faults.most_common(1)[0][1] <= 15
    assert all(r.reason and r.question for r in rows)
    assert len({r.id for r in rows}) == len({(r.claim, r.quotes) for r in rows}) == len(rows)


def test_no_quote_is_in_a_claim_of_the_other_label_word_for_word():
    for row in load_labels().rows:
        assert row.supported or row.claim not in row.quotes, row.id


def test_the_header_says_where_they_come_from():
    assert {"license", "origin", "how_made"} <= set(load_labels().header)
    assert load_labels().digest == load_labels().digest != ""


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "line 3: not JSON"),
        ("[]", "line 3: a row is a JSON object"),
        (json.dumps({**ROW, "claim": " "}), "line 3: `claim` is missing"),
        (json.dumps({**ROW, "supported": "yes"}), "line 3: `supported` is true or false"),
        (json.dumps({**ROW, "evidence": ["q"]}), "line 3: `evidence` is a list"),
        (json.dumps({**ROW, "evidence": []}), "line 3: `evidence` is empty"),
    ],
)
def test_a_malformed_row_is_named_by_its_line(tmp_path, line, told):
    file = tmp_path / "labels.jsonl"
    file.write_text("\n".join((json.dumps({"header": {}}), json.dumps(ROW), line)))
    with pytest.raises(DatasetError, match=told):
        load_labels(file)


def test_one_kind_of_label_shows_no_agreement(tmp_path):
    file = tmp_path / "labels.jsonl"
    file.write_text(json.dumps(ROW))
    with pytest.raises(DatasetError, match="both supported and unsupported"):
        load_labels(file)
    with pytest.raises(DatasetError, match="cannot be read"):
        load_labels(tmp_path / "none.jsonl")
