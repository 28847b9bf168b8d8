"""The questions that ship: read whole, of every kind, and true of the guides as they stand."""

from __future__ import annotations

import json

import pytest

from coach.eval.dataset import DatasetError, load_dataset
from coach.eval.labels import check_labels, require_documents

KINDS = {
    "lookup",
    "list",
    "comparison",
    "synthesis",
    "transition",
    "advice",
    "follow_up",
    "false_premise",
    "unanswerable",
    "off_topic",
    "injection",
}
SHIPPED = ("guides-dev", "guides-fit", "guides-test")


@pytest.fixture
def texts(corpus):
    return {path.stem: path.read_text(encoding="utf-8") for path in corpus.glob("*.md")}


@pytest.fixture
def write(tmp_path):
    def write(*rows):
        file = tmp_path / "some.jsonl"
        file.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows), encoding="utf-8")
        return file

    return write


def row(**changes):
    return {"id": "a", "kind": "lookup", "question": "How many?", "expect": "answer", **changes}


@pytest.mark.parametrize("name", SHIPPED)
def test_every_label_stands_in_the_guides_and_satisfies_its_own_facts(name, texts):
    assert check_labels(load_dataset(name), texts) == []


@pytest.mark.parametrize("name", SHIPPED)
def test_the_header_names_origin_licence_and_making(name):
    dataset = load_dataset(name)
    assert dataset.header["license"] == "CC-BY-4.0"
    assert dataset.header["origin"] and dataset.header["how_made"]
    assert dataset.header["rows"] == len(dataset.samples)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_kind_is_there_and_every_answer_has_gold(name):
    samples = load_dataset(name).samples
    assert {s.kind for s in samples} == KINDS
    assert all(s.gold and s.facts for s in samples if s.answerable)
    assert all(s.turns for s in samples if s.kind == "follow_up")


@pytest.mark.parametrize("name", SHIPPED)
def test_typos_slang_and_long_stories_are_in_both_parts(name):
    tagged = {tag: [s for s in load_dataset(name).samples if tag in s.note] for tag in ("typo", "slang", "story")}
    assert min(map(len, tagged.values())) >= 4, {tag: len(found) for tag, found in tagged.items()}
    assert max(len(s.question.split()) for s in tagged["story"]) >= 30


def test_the_parts_are_large_enough_and_share_no_question():
    dev, fit, test = ({(s.question.lower(), s.turns) for s in load_dataset(n).samples} for n in SHIPPED)
    assert len(dev) + len(fit) + len(test) >= 600
    assert not dev & test and not fit & test and not dev & fit


def test_a_changed_guide_is_noticed(texts):
    dataset = load_dataset("guides-dev")
    texts["management-ladder"] = texts["management-ladder"].replace("5 to 8 engineers", "4 to 9 engineers")
    faults = {(s.fault, "4 to 9" in s.detail) for s in check_labels(dataset, texts)}
    assert faults == {("quote_changed", True)}


def test_a_missing_guide_and_a_missing_sentence_are_told_apart(texts):
    dataset = load_dataset("guides-dev")
    del texts["management-track"]
    texts["path-to-leadership"] = "Nothing of it is left."
    faults = {s.fault for s in check_labels(dataset, texts)}
    assert faults == {"document_gone", "quote_gone"}


def test_labels_that_contradict_themselves_are_found(write):
    gold = [{"document": "d", "quote": "A team has nine people."}]
    fact = {"name": "size", "any_of": ["ten"], "required": True}
    file = write(row(gold=gold, facts=[fact], forbid=["nine"]), row(id="b"))
    found = [(s.sample, s.fault) for s in check_labels(load_dataset(file), {"d": "A team has nine people."})]
    assert found == [("a", "facts_not_in_gold"), ("a", "forbidden_in_gold"), ("b", "no_facts")]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["{"], "line 1: not JSON"),
        (["[1]"], "line 1: a row is a JSON object"),
        ([row(), "", row(id="b", question=" ")], "line 3: `question` is missing"),
        ([row(expect="maybe")], "`expect` is 'maybe'"),
        ([row(turns="what?")], "`turns` has the wrong type, str"),
        ([row(facts=[{"name": "x"}])], "a fact needs"),
        ([row(forbid=["("])], r"the pattern '\(' cannot be used"),
        ([row(gold=[{"document": "d"}])], "a gold sentence needs"),
        ([row(), row()], "the id a stands twice"),
        ([row(), row(id="b", fact=[])], "line 2: there is no field `fact`"),
        ([row(partial_okay=True)], "there is no field `partial_okay`"),
        ([row(abstain_ok="no")], "`abstain_ok` has the wrong type, str"),
        ([row(facts=[{"name": "x", "any_of": ["y"], "required": "no"}])], "`required` of a fact is true or false"),
        (['{"header": "mine"}'], "line 1: `header` is a JSON object"),
        (['{"header": {"dataset": "x"}}'], "holds no questions"),
        ([""], "holds no questions"),
    ],
)
def test_a_malformed_row_is_named_by_its_line(write, rows, message):
    with pytest.raises(DatasetError, match=message):
        load_dataset(write(*rows))


def test_fields_that_resemble_none_of_ours_are_someone_elses_and_stay(write):
    assert load_dataset(write(row(split="dev", seeds=["x"], evidence=[]))).samples[0].id == "a"


def test_questions_about_other_documents_are_refused(write):
    dataset = load_dataset("guides-test")
    with pytest.raises(DatasetError, match=r"guides-test asks about leadership-roles.*none of these"):
        require_documents(dataset, ["knife-care", "stations"])
    require_documents(dataset, ["management-ladder", "stations"])  # some are enough: `check` names the rest
    require_documents(load_dataset(write(row())), ["stations"])  # without gold there is nothing to compare


def test_a_missing_dataset_names_those_that_ship():
    with pytest.raises(DatasetError, match="guides-dev"):
        load_dataset("no-such")


def test_bytes_that_are_not_text_are_refused(tmp_path):
    file = tmp_path / "bad.jsonl"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DatasetError, match="not UTF-8"):
        load_dataset(file)
