"""A run from the command line's options to its records: open the target, ask what is left, log each answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from coach.cli.progress import show_progress
from coach.cli.state import get_coach, read_settings
from coach.cli.text import write
from coach.errors import FixError

from .dataset import Dataset, DatasetError, Sample
from .labels import require_documents
from .metrics import require_ranking
from .run import Record, Run, make_header, open_log, record_to_line, run_samples, write_run
from .stages import attribute
from .targets import Target, from_coach, from_url

CALL = 60.0  # seconds a server may take for an answer


def narrow(dataset: Dataset, kinds: Sequence[str] = (), limit: int | None = None) -> Dataset:
    """Only the samples of some kinds, and at most `limit` of them. Raises DatasetError when none is left."""
    samples = [s for s in dataset.samples if not kinds or s.kind in kinds][:limit]
    if not samples:
        known = ", ".join(sorted({s.kind for s in dataset.samples}))
        raise DatasetError("No question of that kind.", remedy=f"The kinds of {dataset.name} are {known}.")
    return replace(dataset, samples=tuple(samples))


def open_target(options: Mapping[str, Any]) -> Target:
    """The server at `url` when there is one, else the Coach of the settings in force.

    Raises FixError for options that a server decides for itself.
    """
    own = {name: options[name] for name in ("model", "verifier") if options.get(name)}
    how: dict[str, Any] = {name: options.get(name) for name in ("collection", "top_k")}
    how["style"] = options.get("style") or "auto"
    if not options.get("url"):
        return from_coach(get_coach(read_settings(**own)), **how)
    if own:
        raise FixError(
            f"A server decides about its {' and '.join(own)} itself.", remedy="Leave that out, or start it otherwise."
        )
    return from_url(options["url"], timeout=options.get("timeout") or CALL, **how)


def run_logged(dataset: Dataset, target: Target, *, out: Path | None = None, workers: int = 1) -> Run:
    """Ask what has not been asked yet, writing each record to `out` as it comes; the records in the dataset's order.

    Raises MissingExtraError before anything is asked when the scores could not be computed, DatasetError when the
    dataset is about other documents than the target's.
    """
    require_ranking()
    if target.documents is not None:
        require_documents(dataset, target.documents())
    log, done = _take_up(dataset, target, out, workers)
    todo = [s for s in dataset.samples if s.id not in done]

    def finish(sample: Sample, record: Record) -> Record:
        return replace(record, lost_at=attribute(sample, record, target))

    with show_progress() as progress:
        for record in run_samples(todo, target, workers=workers, finish=finish, progress=progress):
            done[record.id] = record
            if out:
                with out.open("a", encoding="utf-8") as file:
                    file.write(record_to_line(record) + "\n")
    return Run(log.header, tuple(done[s.id] for s in dataset.samples))


def _take_up(dataset: Dataset, target: Target, out: Path | None, workers: int) -> tuple[Run, dict[str, Record]]:
    header = make_header(dataset, target, workers=workers)
    if out is None:
        return Run(header), {}
    log, begun = open_log(out, header)
    wanted = {s.id for s in dataset.samples}
    done = {r.id: r for r in log.records if r.id in wanted}
    if begun:
        write(f"{len(done)} of {len(dataset.samples)} are done already.", err=True)
    write_run(log, out)
    return log, done
