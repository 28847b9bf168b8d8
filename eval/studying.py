"""Runs that differ in one thing: parts taken away, a setting swept, questions and guides changed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from coach import Coach, build_coach, load_settings

from .comparing import to_values
from .dataset import Dataset, DatasetError, Sample
from .metrics import mean, paired_interval
from .perturbing import ADDED, copy_guides, perturb
from .run import Record, Run, ask_sample, judge, make_header
from .targets import from_coach
from .variants import VARIANTS, hide_evidence, hide_guides

SHOWN = ("right", "fact_recall", "wrongly_declined", "wrongly_answered", "gold_cited", "retrieval_recall", "seconds")
Watch = Callable[[str, int, int], None]


def run_quietly(dataset: Dataset, coach: Coach, watch: Watch | None = None, stage: str = "asking") -> Run:
    """Ask every question of the dataset in the quoted style, in this process, without a log."""
    target = from_coach(coach, style="quoted")
    records = []
    for done, sample in enumerate(dataset.samples, start=1):
        records.append(judge(sample, ask_sample(sample, target), target))
        if watch:
            watch(stage, done, len(dataset.samples))
    return Run(make_header(dataset, target), tuple(records))


def study_variants(
    dataset: Dataset, coach: Coach, names: Sequence[str] = (), watch: Watch | None = None
) -> dict[str, Run]:
    """A run for each variant of the Coach, by name."""
    chosen = names or tuple(VARIANTS)
    return {name: run_quietly(dataset, VARIANTS[name](coach), watch, name) for name in chosen}


def sweep_setting(dataset: Dataset, name: str, values: Sequence[str], watch: Watch | None = None) -> dict[str, Run]:
    """A run for each value of one setting, each over an index of its own. Raises SettingsError for a bad value."""
    settings = [load_settings(**{name: value}) for value in values]  # all are checked before the first is run
    runs = {}
    for value, chosen in zip(values, settings, strict=True):
        with tempfile.TemporaryDirectory() as folder:
            coach = build_coach(chosen.model_copy(update={"data_dir": Path(folder)}))
            runs[f"{name}={value}"] = run_quietly(dataset, coach, watch, value)
    return runs


def tabulate(dataset: Dataset, runs: Mapping[str, Run]) -> list[tuple[str, ...]]:
    """One line a run: means of SHOWN, with `*` where a run differs from the first beyond its 95 % interval."""
    by_id = {s.id: s for s in dataset.samples}
    values = {name: [to_values(by_id[r.id], r) for r in run.records] for name, run in runs.items()}
    first = next(iter(values.values()))
    return [(name, *(_cell(metric, first, these) for metric in SHOWN)) for name, these in values.items()]


def _cell(metric: str, first: Sequence[Mapping[str, Any]], these: Sequence[Mapping[str, Any]]) -> str:
    middle = mean(v.get(metric) for v in these)
    if middle is None:
        return "-"
    pairs = [
        (a[metric], b[metric])
        for a, b in zip(first, these, strict=True)
        if a.get(metric) is not None and b.get(metric) is not None
    ]
    low, high = paired_interval([a for a, _ in pairs], [b for _, b in pairs]) or (0.0, 0.0)
    differs = "" if low <= 0 <= high else "*"
    return f"{middle:.3f}{differs}"


def perturb_questions(
    dataset: Dataset, coach: Coach, how: str, seed: int, watch: Watch | None = None
) -> dict[str, Run]:
    """Runs before and after a change of questions, over the samples that it changes; DatasetError when none is."""
    changed = perturb(dataset.samples, how, seed, vocabulary=coach.parts.vocabulary)
    before = {s.id: s for s in dataset.samples}
    touched = [(before[after.id], after) for after in changed]
    if not touched:
        raise DatasetError(f"None of these questions is changed by {how}.", remedy="Take others, or more of them.")
    plain = replace(dataset, samples=tuple(first for first, _ in touched))
    other = replace(dataset, samples=tuple(second for _, second in touched))
    return {"as asked": run_quietly(plain, coach, watch), how: run_quietly(other, coach, watch, how)}


@contextmanager
def perturbed_guides(coach: Coach, how: str, seed: int = 0) -> Iterator[tuple[Coach, frozenset[str]]]:
    """A Coach over the guides with others added, and the ids of those that were added."""
    source = Path(coach.settings.corpus)
    with tempfile.TemporaryDirectory() as folder:
        copy_guides(source, Path(folder) / "guides", how, seed)
        settings = coach.settings.model_copy(
            update={"corpus": Path(folder) / "guides", "data_dir": Path(folder) / "data"}
        )
        yield build_coach(settings), frozenset(ADDED[how](source, seed))


def count_citing(records: Sequence[Record], documents: frozenset[str]) -> int:
    """How many answers cite one of the documents."""
    return sum(any(c.document in documents for c in r.reply.citations) for r in records)


def measure_guides(samples: Sequence[Sample], coach: Coach, watch: Watch | None = None) -> list[tuple[str, str]]:
    """What becomes of each answerable question when the guides that hold its gold sentences are not there.

    As `measure_removal`, with whole guides: `answered` means here that other guides say it too.
    """
    return _measure_hidden(samples, coach, hide_guides, "hiding guides", watch)


def measure_removal(samples: Sequence[Sample], coach: Coach, watch: Watch | None = None) -> list[tuple[str, str]]:
    """What becomes of each answerable question when its evidence is hidden: (id, `declined` | `evaded` | `answered`).

    `answered` means that the facts still came up, so they were found elsewhere or made up; `evaded` that something was
    answered without them. Follow-ups are asked with their earlier turns.
    """
    return _measure_hidden(samples, coach, hide_evidence, "hiding evidence", watch)


def _measure_hidden(
    samples: Sequence[Sample], coach: Coach, hide: Callable[[Coach, Sample], Coach], stage: str, watch: Watch | None
) -> list[tuple[str, str]]:
    found = []
    answerable = [s for s in samples if s.answerable and s.gold]
    for done, sample in enumerate(answerable, start=1):
        target = from_coach(hide(coach, sample), style="quoted", warm=False)
        record = judge(sample, ask_sample(sample, target), target)
        answered = "answered" if record.score.outcome == "answered" else "evaded"
        found.append((sample.id, "declined" if record.reply.abstained else answered))
        if watch:
            watch(stage, done, len(answerable))
    return found
