"""Running a dataset against a target, and the log of a run: a header line, then one line a sample."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from coach.errors import RetryError
from coach.types import Progress, Turn

from .dataset import Dataset, DatasetError, Sample
from .replies import Reply, reply_from_json
from .scorers import Score, score
from .targets import Target

GIVE_UP_AFTER = 5  # failed calls in a row from the first one on: the target is down, not the questions hard
GIVE_UP_LATER = 20  # the same once something was answered: more than any kind of question has in a row


@dataclass(frozen=True, slots=True)
class Record:
    """One sample as it went."""

    id: str
    kind: str
    reply: Reply
    score: Score
    lost_at: str = ""  # the stage that lost a sample that failed, see `eval.stages`


@dataclass(frozen=True)
class Run:
    """A run as logged: everything that could move the numbers, and the records."""

    header: Mapping[str, Any]
    records: tuple[Record, ...] = field(default=())


def ask_sample(sample: Sample, target: Target) -> Reply:
    """Ask the earlier turns one by one, each with the real answers before it, then the question itself."""
    history: list[Turn] = []
    for turn in sample.turns:
        reply = target.ask(turn, tuple(history))
        if reply.error:
            return Reply(error=f"at an earlier turn: {reply.error}")
        history += [Turn("user", turn), Turn("assistant", reply.text)]
    return target.ask(sample.question, tuple(history))


def judge(sample: Sample, reply: Reply, target: Target) -> Record:
    """Score a reply, with the offsets of its citations checked against the documents as they are served."""
    texts = {document: target.text(document) for document in {c.document for c in reply.citations}}
    known = {document: text for document, text in texts.items() if text is not None}
    return Record(sample.id, sample.kind, reply, score(sample, reply, known))


def run_samples(
    samples: Sequence[Sample],
    target: Target,
    *,
    workers: int = 1,
    finish: Callable[[Sample, Record], Record] | None = None,
    progress: Progress | None = None,
) -> Iterator[Record]:
    """Records in the order of the samples, each as soon as it and all before it are done.

    `finish` may add to a record. Raises RetryError when the first calls all fail, or many in a row: the target is down.
    """

    def work(sample: Sample) -> Record:
        try:
            record = judge(sample, ask_sample(sample, target), target)
            return finish(sample, record) if finish else record
        except RetryError as error:  # it went down between an answer and its documents
            return judge(sample, Reply(error=error.message), target)

    in_a_row, answered = 0, False
    with ThreadPoolExecutor(max_workers=workers) as pool:
        for done, record in enumerate(_in_order(pool, work, samples, workers), start=1):
            in_a_row = in_a_row + 1 if record.reply.error else 0
            answered = answered or not record.reply.error
            if in_a_row >= (GIVE_UP_LATER if answered else GIVE_UP_AFTER):
                said = f"The last {in_a_row} questions" if answered else f"The first {in_a_row} questions"
                raise RetryError(f"{said} all failed: {record.reply.error}", remedy=_GO_ON)
            if progress:
                progress("asking", done, len(samples))
            yield record


_GO_ON = "What was answered is in the log of --out; run the same again to go on."


def _in_order(
    pool: ThreadPoolExecutor, work: Callable[[Sample], Record], samples: Iterable[Sample], ahead: int
) -> Iterator[Record]:
    """Results in order, with no more questions under way than there are workers, so that a run can end early."""
    waiting: deque[Future[Record]] = deque()
    for sample in samples:
        waiting.append(pool.submit(work, sample))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def make_header(dataset: Dataset, target: Target, **more: Any) -> dict[str, Any]:
    """Everything that could move the numbers of a run."""
    from .surroundings import get_surroundings

    return {
        "format": 1,
        "dataset": dataset.name,
        "dataset_digest": dataset.digest,
        "dataset_path": dataset.path,
        "samples": len(dataset.samples),
        "fingerprint": target.fingerprint,
        "settings": dict(target.settings),
        **get_surroundings(),
        **more,
    }


SAME = ("dataset_digest", "fingerprint", "settings")  # what must agree for a run to be taken up again


def open_log(path: Path, header: Mapping[str, Any]) -> tuple[Run, bool]:
    """The run to go on with, and whether it was begun before.

    A log of the same dataset, settings and fingerprint is taken up; the torn last line of a killed run and samples that
    failed are asked again. Raises DatasetError for a log of another run, rather than overwriting it.
    """
    if not path.exists() or not path.read_text(encoding="utf-8").strip():
        return Run(header), False
    old = read_run(path)
    different = [name for name in SAME if old.header.get(name) != header.get(name)]
    if different:
        names = " and ".join(different)
        raise DatasetError(f"{path} holds a run with another {names}.", remedy="Choose another --out, or remove it.")
    return Run(old.header, tuple(r for r in old.records if not r.reply.error)), True


def read_run(path: str | Path) -> Run:
    """Read a log. A last line that is cut short is left out; anything else malformed raises DatasetError."""
    try:
        lines = [line for line in Path(path).read_text(encoding="utf-8").split("\n") if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"The run {path} cannot be read: {error}.") from None
    rows = []
    for number, line in enumerate(lines, start=1):
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:
            if number < len(lines) or number == 1:
                raise DatasetError(f"{path}, line {number}: not JSON.") from None
    if not rows or not isinstance(rows[0], dict) or "run" not in rows[0]:
        raise DatasetError(f"{path} is not the log of a run: its first line has no `run`.")
    try:
        return Run(rows[0]["run"], tuple(record_from_json(row) for row in rows[1:]))
    except (KeyError, TypeError) as error:
        raise DatasetError(f"{path} holds a record that cannot be read: {error}.") from None


def write_run(run: Run, path: Path) -> None:
    """Write a log whole."""
    lines = [json.dumps({"run": dict(run.header)}, ensure_ascii=False), *map(record_to_line, run.records)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def record_to_line(record: Record) -> str:
    """One line of a log; `answer` and `abstained` stand at the top for scorers that know nothing else."""
    row = {
        "id": record.id,
        "kind": record.kind,
        "answer": record.reply.text,
        "abstained": record.reply.abstained,
        "lost_at": record.lost_at,
        "score": asdict(record.score),
        "reply": record.reply.to_json(),
    }
    return json.dumps(row, ensure_ascii=False)


def record_from_json(row: Mapping[str, Any]) -> Record:
    """The inverse of `record_to_line`, from the parsed line."""
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in row["score"].items()}
    return Record(row["id"], row["kind"], reply_from_json(row["reply"]), Score(**fields), row.get("lost_at", ""))
