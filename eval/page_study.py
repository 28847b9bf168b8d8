"""A study as one page: what each part is worth, or what a setting does, as a table and as plots."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape

from .charts import draw_intervals, draw_lines
from .comparing import interval
from .dataset import Dataset
from .page import HEADLINE
from .page_parts import to_figure, to_page, to_table
from .run import Run
from .studying import SHOWN, tabulate


def to_study_page(title: str, dataset: Dataset, runs: Mapping[str, Run], *, steps: bool = False) -> str:
    """The page of an ablation, or with `steps` of a sweep, whose runs stand in the order of a setting's values."""
    started = next(iter(runs.values())).header.get("started", "")
    plots = [_draw_steps(dataset, runs)] if steps else [_draw_variants(dataset, runs, name) for name in HEADLINE]
    note = "* differs from the first line beyond the 95 % interval of the paired difference."
    body = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="faint">{len(dataset.samples)} questions of {escape(dataset.name)}, {escape(started)}</p>',
        to_table(("", *SHOWN), tabulate(dataset, runs)),
        f'<p class="note">{escape(note)}</p>',
        f'<div class="plots">{"".join(plots)}</div>',
        _show_headers(runs),
    ]
    return to_page(title, body)


def _draw_variants(dataset: Dataset, runs: Mapping[str, Run], metric: str) -> str:
    """One metric for all variants, with the first as the mark to hold the others against."""
    found = {name: i for name, run in runs.items() if (i := interval(dataset, run.records, metric))}
    if not found:
        return ""
    first = next(iter(found.values()))[0]
    rows = [(name, value, low, high, first) for name, (value, low, high) in found.items()]
    drawn = draw_intervals(rows, f"{HEADLINE[metric]} for each variant, with its 95 % interval")
    return to_figure(
        HEADLINE[metric].capitalize(), drawn, "Dot and pale line: the variant and its 95 % interval; mark: the whole."
    )


def _draw_steps(dataset: Dataset, runs: Mapping[str, Run]) -> str:
    ticks = [name.rpartition("=")[2] for name in runs]
    setting = next(iter(runs)).rpartition("=")[0]
    series = [(HEADLINE[metric], _means(dataset, runs, metric)) for metric in HEADLINE]
    drawn = draw_lines(series, ticks, f"Headline metrics by {setting}")
    return to_figure(f"By {setting}", drawn, "One line a metric, one point a value of the setting.")


def _means(dataset: Dataset, runs: Mapping[str, Run], metric: str) -> Sequence[float | None]:
    found = (interval(dataset, run.records, metric) for run in runs.values())
    return [None if one is None else one[0] for one in found]


def _show_headers(runs: Mapping[str, Run]) -> str:
    written = json.dumps({name: dict(run.header) for name, run in runs.items()}, indent=2, default=str)
    return f"<details><summary>Settings, versions, machine and revision</summary><pre>{escape(written)}</pre></details>"
