"""The comparison: Coach and its peers, one after the other, over the same questions; each keeps a log of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from coach import Coach, build_coach
from coach.embedding import get_embedder
from coach.eval.asking import run_logged
from coach.eval.dataset import Dataset, DatasetError
from coach.eval.metrics import mean, percentile
from coach.eval.recorded import FIGURES
from coach.eval.run import Run, read_run
from coach.eval.summary import measure
from coach.eval.targets import Target, from_coach

from .endpoints import Endpoint, open_chat_model, serve_embedding
from .environments import COACH, NAMES, PROGRAMS, TITLES, PeerUnavailableError, make_environment, read_version
from .process import describe, open_peer

MAX_TOKENS = 256  # of a reply; a small model that has begun to repeat itself does not end on its own
PATIENCE = 600.0  # seconds for a reply: how fast a model is must not decide how right it is


@dataclass(frozen=True, slots=True)
class Compared:
    """One product's figures; `version` is that of the library, empty for Coach itself."""

    name: str
    title: str
    version: str
    questions: int
    figures: dict[str, float | None]


def choose(dataset: Dataset, per_kind: int | None) -> Dataset:
    """The questions that stand alone - a plain chain knows no conversation - and at most so many of each kind."""
    taken: dict[str, int] = {}
    samples = []
    for sample in dataset.samples:
        taken.setdefault(sample.kind, 0)
        if not sample.turns and (per_kind is None or taken[sample.kind] < per_kind):
            taken[sample.kind] += 1
            samples.append(sample)
    if not samples:
        raise DatasetError(f"{dataset.name} holds no question that stands alone.")
    return replace(dataset, samples=tuple(samples))


def compare_products(
    dataset: Dataset,
    coach: Coach,
    folder: Path,
    *,
    top_k: int,
    tell: Callable[[str], None],
    names: Sequence[str] = NAMES,
) -> Iterator[Compared]:
    """Ask each product all questions and yield its figures; one that cannot be installed is told and left out.

    The logs `NAME.jsonl` in the folder are taken up when begun. Raises what the chat model raises when there is none.
    """
    chat = open_chat_model(coach.settings)
    with serve_embedding(get_embedder(coach.settings)) as embedding:
        for name in names:
            tell(f"{TITLES[name]} ...")
            try:
                run = _ask(name, dataset, coach, make_job(coach, chat, embedding, top_k), folder / f"{name}.jsonl")
            except PeerUnavailableError as error:
                tell(f"{error.message} {error.remedy}")
                continue
            yield to_compared(name, dataset, run)


def _ask(name: str, dataset: Dataset, coach: Coach, job: Mapping[str, Any], log: Path) -> Run:
    if name in COACH:
        return run_logged(dataset, _open_coach(name, coach, job), out=log)
    if finished := find_finished(log, dataset, describe(name, job)):
        return finished  # starting another product only to ask it nothing would embed all guides again
    python = make_environment(name, Path(coach.settings.data_dir) / "peers")
    texts = {d["id"]: d["text"] for d in job["documents"]}
    with open_peer(name, python, job, texts.get) as target:
        return run_logged(dataset, target, out=log)


def find_finished(log: Path, dataset: Dataset, settings: Mapping[str, Any]) -> Run | None:
    """The run of a log in which every question of the dataset was answered, with these very settings."""
    if not log.is_file():
        return None
    run = read_run(log)
    done = {r.id: r for r in run.records if not r.reply.error}
    same = run.header.get("dataset_digest") == dataset.digest and run.header.get("settings") == settings
    if not same or any(s.id not in done for s in dataset.samples):
        return None
    return Run(run.header, tuple(done[s.id] for s in dataset.samples))


def _open_coach(name: str, coach: Coach, job: Mapping[str, Any]) -> Target:
    if name == "coach-quoting":
        return from_coach(coach, style="quoted", top_k=job["top_k"])
    changed = coach.settings.model_copy(update={"model": job["chat"]["setting"], "model_timeout": PATIENCE})
    return from_coach(build_coach(changed), style="written", top_k=job["top_k"])


def make_job(coach: Coach, chat: Endpoint, embedding: Endpoint, top_k: int) -> dict[str, Any]:
    """What a peer is given: the guides as Coach serves them, both models, and the same budget of passages."""
    ids = [d.id for d in coach.documents()]
    return {
        "documents": [{"id": i, "title": coach.document(i).title, "text": coach.document(i).text} for i in ids],
        "chat": {**asdict(chat), "seconds": PATIENCE},
        "embedding": asdict(embedding),
        "chunk_size": coach.settings.chunk_size,
        "chunk_overlap": coach.settings.chunk_overlap,
        "top_k": top_k,
        "max_tokens": MAX_TOKENS,
    }


def to_compared(name: str, dataset: Dataset, run: Run) -> Compared:
    """The figures of one product's run."""
    metrics = measure(dataset, run.records)
    seconds = [r.reply.seconds for r in run.records if not r.reply.error]
    figures = {key: metrics[key] for key in FIGURES}
    figures["words_per_quote"] = mean(float(len(q.split())) for q in _quotes(run))
    figures["seconds_p50"] = percentile(seconds, 0.5)
    figures["unscored"] = metrics["unscored"]
    version = read_version(name) if name in PROGRAMS else ""
    return Compared(name, TITLES[name], version, len(run.records), figures)


def _quotes(run: Run) -> Iterable[str]:
    return (c.quote for r in run.records for c in r.reply.citations if c.quote)
