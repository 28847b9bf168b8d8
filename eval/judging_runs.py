"""The claims of a run before judges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .calibrating import Calibration
from .dataset import DatasetError
from .judging import Opinion
from .labelled import Labelled
from .metrics import bootstrap_interval, mean
from .run import Record, Run


@dataclass(frozen=True, slots=True)
class Support:
    """The share of claims a judge calls supported, with its 95 % interval, and how far it agrees with the labels."""

    judge: str
    claims: int
    unscored: int
    supported: float | None
    interval: tuple[float, float] | None
    kappa: float | None
    trusted: bool


def claims_of(run: Run) -> list[Labelled]:
    """Every shown claim with the quotes it cites, unlabelled. Raises DatasetError for a run that shows none."""
    claims = [claim for record in run.records for claim in _claims_of(record)]
    if not claims:
        raise DatasetError("The answers of the run show no cited claim.", remedy="Run it over answerable questions.")
    return claims


def _claims_of(record: Record) -> list[Labelled]:
    cited = {c.marker: (c.document, c.quote) for c in record.reply.citations}
    return [
        Labelled(f"{record.id}/{n}", "", tuple(cited[m] for m in claim.citations if m in cited), claim.text)
        for n, claim in enumerate(record.reply.claims, start=1)
        if any(m in cited for m in claim.citations)
    ]


def to_support(judge: str, opinions: Sequence[Opinion], calibration: Calibration) -> Support:
    """What a judge says of a run, beside what it is worth."""
    said = [float(o.supported) for o in opinions if o.supported is not None]
    return Support(
        judge,
        len(opinions),
        len(opinions) - len(said),
        mean(said),
        bootstrap_interval(said),
        calibration.kappa,
        calibration.trusted,
    )
