"""`coach eval ablate`, `sweep`, `perturb`, `lies`, `bench` and `fit-sufficiency`: studies that take a while."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coach.cli.state import State, json_option, read_settings
from coach.cli.text import write, write_json

if TYPE_CHECKING:
    from coach import Coach

    from .dataset import Dataset
    from .run import Run

WORDED = ("paraphrase", "typos", "slang", "history", "shuffled")
HIDDEN = ("evidence", "guides")
CHANGES = (*WORDED, *HIDDEN, "noise", "poisoned", "contradictory")
_dataset = click.argument("dataset", default="guides-dev")
_kinds = click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only questions of this kind.")
_limit = click.option("--limit", type=click.IntRange(1), metavar="N", help="Only the first N questions.")
_html = click.option(
    "--html", type=click.Path(dir_okay=False, path_type=Path), help="Write table and plots as one self-contained page."
)


def _load(dataset: str, kinds: tuple[str, ...], limit: int | None) -> Dataset:
    from .asking import narrow
    from .dataset import load_dataset

    return narrow(load_dataset(dataset), kinds, limit)


def _open() -> Coach:
    from coach.cli.state import get_coach

    return get_coach(read_settings())


def _show(dataset: Dataset, runs: dict[str, Run]) -> None:
    """The table of a study for the terminal."""
    from .studying import SHOWN, tabulate
    from .tables import format_table

    write(format_table(("", *SHOWN), tabulate(dataset, runs)))
    write("\n* differs from the first line beyond the 95 % interval of the paired difference.")


@click.command("ablate")
@_dataset
@_kinds
@_limit
@click.option("--variant", "variants", multiple=True, metavar="NAME", help="Only this variant; may be repeated.")
@_html
def ablate(
    dataset: str, kinds: tuple[str, ...], limit: int | None, variants: tuple[str, ...], html: Path | None
) -> int:
    """Ask DATASET of a Coach with one part taken away at a time.

    A name that is no variant is answered with those there are: halves of retrieval, weights, headings, vocabulary, and
    verifiers that always say the same.
    """
    from coach.cli.progress import show_progress
    from coach.errors import NotFoundError

    from .studying import study_variants
    from .variants import VARIANTS

    for name in variants:
        if name not in VARIANTS:
            raise NotFoundError(f"There is no variant {name}.", remedy=f"The variants are {', '.join(VARIANTS)}.")
    questions, coach = _load(dataset, kinds, limit), _open()
    with show_progress() as progress:
        runs = study_variants(questions, coach, tuple(dict.fromkeys(("whole", *(variants or VARIANTS)))), progress)
    _show(questions, runs)
    if html:
        from .page_study import to_study_page

        html.write_text(to_study_page("What each part is worth", questions, runs), encoding="utf-8")
    return 0


@click.command("sweep")
@click.argument("setting")
@click.argument("values", nargs=-1, required=True)
@click.option("--dataset", default="guides-dev", show_default=True, help="Questions to ask.")
@_kinds
@_limit
@_html
def sweep(
    setting: str, values: tuple[str, ...], dataset: str, kinds: tuple[str, ...], limit: int | None, html: Path | None
) -> int:
    """Ask the questions once for each of VALUES of SETTING, such as chunk_size 600 900 1200.

    `coach doctor --settings` lists the settings there are.
    """
    from coach.cli.progress import show_progress

    from .studying import sweep_setting

    read_settings()
    questions = _load(dataset, kinds, limit)
    with show_progress() as progress:
        runs = sweep_setting(questions, setting, values, progress)
    _show(questions, runs)
    if html:
        from .page_study import to_study_page

        html.write_text(to_study_page(f"What {setting} does", questions, runs, steps=True), encoding="utf-8")
    return 0


@click.command("perturb")
@click.argument("how", type=click.Choice(CHANGES), metavar="HOW")
@_dataset
@_kinds
@_limit
@click.option("--seed", type=int, default=0, show_default=True, help="Another draw of the changes.")
@json_option
@click.pass_obj
def perturb(state: State, how: str, dataset: str, kinds: tuple[str, ...], limit: int | None, seed: int) -> int:
    """Change the questions or the guides in the way HOW says, and tell what that did to the answers.

    paraphrase, typos, slang, history and shuffled change questions; evidence and guides hide from each answerable
    question the sentences that answer it, or the guides they stand in; noise, poisoned and contradictory add guides.
    """
    from coach.cli.progress import show_progress

    from .studying import measure_guides, measure_removal, perturb_questions

    questions, coach = _load(dataset, kinds, limit), _open()
    with show_progress() as progress:
        if how in HIDDEN:
            measure = measure_removal if how == "evidence" else measure_guides
            found = measure(questions.samples, coach, progress)
            if state.json:
                write_json(dict(found))
            else:
                _tell_removal(found)
            return 0
        if how in WORDED:
            runs, citing = perturb_questions(questions, coach, how, seed, progress), None
        else:
            runs, citing = _add_guides(questions, coach, how, seed)
    _tell_runs(questions, runs, citing)
    return 0


def _tell_removal(found: list[tuple[str, str]]) -> None:
    counts = Counter(outcome for _, outcome in found)
    write(
        f"Evidence hidden from {len(found)} answerable questions: " + ", ".join(f"{k} {v}" for k, v in counts.items())
    )
    for outcome in ("answered", "evaded"):
        write(f"{outcome}: {', '.join(i for i, o in found if o == outcome) or 'none'}")


def _add_guides(questions: Dataset, coach: Coach, how: str, seed: int) -> tuple[dict[str, Run], int]:
    from .studying import count_citing, perturbed_guides, run_quietly

    before = run_quietly(questions, coach)
    with perturbed_guides(coach, how, seed) as (changed, added):
        after = run_quietly(questions, changed)
    return {"as they are": before, how: after}, count_citing(after.records, added)


def _tell_runs(questions: Dataset, runs: dict[str, Run], citing: int | None) -> None:
    from .consistency import measure_consistency
    from .tables import figure

    _show(questions, runs)
    before, after = runs.values()
    alike = measure_consistency(before.records, after.records)
    write(
        f"Judged alike: {figure(alike.judged)} of {alike.questions} questions; decided alike: {figure(alike.decided)}; "
        f"quotes shared: {figure(alike.cited)}."
    )
    if citing is not None:
        shown = sum(r.score.disagreement for r in after.records)
        write(f"Answers that cite an added guide: {citing}. Answers that show a disagreement: {shown}.")


@click.command("lies")
@_dataset
@click.option("--answers", type=click.IntRange(1, 10_000), default=200, show_default=True, help="Answers to draw.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--wrong", is_flag=True, help="Print each falsehood that was shown and each true sentence dropped.")
@json_option
@click.pass_obj
def lies(state: State, dataset: str, answers: int, seed: int, wrong: bool) -> int:
    """Let a model that lies answer DATASET, and tell by kind which of its sentences were shown."""
    from coach.cli.progress import show_progress

    from .lies import measure_gate, to_confusion, to_metrics
    from .tables import figure, format_table

    questions, coach = _load(dataset, (), None), _open()
    with show_progress() as progress:
        found = measure_gate(coach, questions.samples, count=answers, seed=seed, ending=None, progress=progress)
    score = found.score
    rows = to_confusion(score)
    if state.json:
        write_json({**to_metrics(found), "confusion": [list(row) for row in rows]})
        return 0
    for true, kind, text in score.wrong if wrong else ():
        write(f"{'dropped, though true' if true else 'shown, though false'} [{kind}]: {text}")
    write(format_table(("sentence", "kind", "said", "shown"), [(t, k, str(n), str(s)) for t, k, n, s in rows]))
    write(f"\nFalse sentences dropped: {figure(score.dropped_share)} of {score.false_said}.")
    write(f"True sentences kept: {figure(score.kept_share)} of {score.true_said}.")
    return 0


@click.command("fit-sufficiency")
@click.argument("datasets", nargs=-1)
def fit_sufficiency(datasets: tuple[str, ...]) -> int:
    """Fit the decision to answer or to abstain on development questions, and write its weights."""
    from .dataset import load_dataset
    from .fit_sufficiency import collect, collect_aside, fit, save
    from .teaching import load_guides

    names = datasets or ("guides-dev", "guides-fit", "coverage")
    coach = _open()
    rows = [row for name in names for row in collect(coach, load_dataset(name).samples)]
    rows += collect_aside((g for g in load_guides() if g.is_test), coach.settings)
    fitted = fit(rows, names)
    save(fitted)
    figures = {k: v for k, v in fitted["cross_validated"].items() if k != "curve_of_declined"}
    write(
        f"By signals alone {fitted['by_signals_alone']['declined']}; with the best sentences read, of {fitted['read']}:"
    )
    write(f"Fitted on {fitted['questions']}, threshold {fitted['threshold']}; on held-out questions {figures}")
    return 0


@click.command("fit-ranking")
@click.argument("datasets", nargs=-1)
def fit_ranking(datasets: tuple[str, ...]) -> int:
    """Fit which sentences answer best on development questions with marked sentences, and write the weights."""
    from coach.retrieval.reranker import Reranker

    from .dataset import load_dataset
    from .fit_ranking import collect, fit, save

    names = datasets or ("guides-dev", "guides-fit")
    coach = _open()
    rows = [row for name in names for row in collect(coach, load_dataset(name).samples)]
    fitted = fit(rows, names, Reranker())
    save(fitted)
    write(f"Fitted on {fitted['questions']} questions, reading weighs {fitted['reading']}; on held-out ones:")
    for way, figures in fitted["cross_validated"].items():
        write(f"  {way}: {figures}")
    return 0


@click.command("bench")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most N rows of each set.")
@click.option(
    "--only",
    type=click.Choice(["groundedness", "nli", "retrieval", "abstention", "injection"]),
    help="Only the sets of this kind.",
)
@json_option
@click.pass_obj
def bench(state: State, folder: Path, limit: int | None, only: str | None) -> int:
    """Measure verifier, retriever and abstention on the public sets found in FOLDER; sets that are missing are told."""
    from coach.cli.progress import show_progress

    from .benchmarks import run_benchmarks
    from .tables import format_table

    with show_progress() as progress:
        rows = run_benchmarks(folder, _open(), only=only, limit=limit, progress=progress)
    if state.json:
        from dataclasses import asdict

        write_json([asdict(row) for row in rows])
        return 0
    cells = [(r.name, str(r.rows), r.metric, f"{r.value:.3f}", r.published) for r in rows]
    write(format_table(("set", "rows", "metric", "value", "published"), cells) if cells else "No set was found there.")
    return 0
