"""`coach eval curate`: candidates one by one in the terminal, or by id for a program."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coach.cli.state import State, json_option, read_settings
from coach.cli.text import one_line, write, write_json

if TYPE_CHECKING:
    from .candidates import Candidate
    from .curating import Sitting

FILE = click.Path(dir_okay=False, path_type=Path)
LOG = click.Path(exists=True, dir_okay=False, path_type=Path)
_ASK = "[a]ccept, 1,3 accept with these sentences, [d]eclining is right, [e]dit, [r]eject, [s]kip, [q]uit"


@click.command("curate")
@click.option("--out", type=FILE, default="curated.jsonl", show_default=True, help="The dataset accepted ones go into.")
@click.option("--from", "notes", type=LOG, help="Readers' notes kept elsewhere; those of COACH_DATA_DIR by default.")
@click.option("--run", "logs", type=LOG, multiple=True, help="Also the log of a run; may be repeated.")
@click.option("--list", "only_list", is_flag=True, help="List what is left to decide.")
@click.option("--accept", "accepted", metavar="ID", help="Accept one candidate as suggested, or as the options say.")
@click.option("--reject", "rejected", metavar="ID", help="Turn one candidate down.")
@click.option("--expect", type=click.Choice(["answer", "abstain", "answer_with_correction"]), help="With --accept.")
@click.option("--kind", metavar="KIND", help="With --accept.")
@click.option("--gold", "numbers", type=int, multiple=True, metavar="N", help="With --accept: sentence N answers it.")
@json_option
@click.pass_obj
def curate(state: State, /, out: Path, notes: Path | None, logs: tuple[Path, ...], **options: Any) -> int:
    """Turn declined and disliked questions into questions of a dataset, one person's decision each.

    Notes of readers are there when the server runs with COACH_FEEDBACK=on. Every decision is kept at once: leave at
    any moment and go on later. `coach eval run` and `check` take the dataset.
    """
    from coach.cli.state import get_coach

    from .curating import open_sitting

    sitting = open_sitting(get_coach(read_settings()), out, notes=notes, logs=logs)
    if options["accepted"] or options["rejected"]:
        return _decide(sitting, state, options)
    if state.json:
        write_json([_to_json(sitting, c) for c in sitting.candidates])
    elif options["only_list"]:
        _tell_all(sitting)
    else:
        _sit(sitting)
    return 0


def _decide(sitting: Sitting, state: State, options: dict[str, Any]) -> int:
    done: dict[str, Any] = {"dataset": str(sitting.out)}
    if options["rejected"]:
        sitting.reject(sitting.get(options["rejected"]))
        done["rejected"] = options["rejected"]
    if options["accepted"]:
        candidate = sitting.get(options["accepted"])
        row = sitting.suggest(
            candidate, numbers=options["numbers"], expect=options["expect"] or "", kind=options["kind"] or ""
        )
        sitting.accept(candidate, row)
        done["accepted"] = row
    write_json(done) if state.json else write(f"Kept in {sitting.out}.")
    return 0


def _to_json(sitting: Sitting, candidate: Candidate) -> dict[str, Any]:
    offered = [{"document": g.document, "quote": g.quote} for g in sitting.offer(candidate)]
    return {
        "id": candidate.id,
        "why": dict(candidate.why or {}),
        "question": candidate.question,
        "turns": list(candidate.turns),
        "answer": candidate.answer,
        "reason": candidate.reason,
        "dropped": list(candidate.dropped),
        "sentences": offered,
        "suggested": sitting.suggest(candidate),
    }


def _tell_all(sitting: Sitting) -> None:
    for candidate in sitting.candidates:
        write(f"{candidate.id}  {_why(candidate)}  {one_line(candidate.wording, 90)}")
    write(f"{len(sitting.candidates)} left to decide.")


def _why(candidate: Candidate) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in (candidate.why or {}).items())


def _sit(sitting: Sitting) -> None:
    total, decided = len(sitting.candidates), 0
    if not total:
        write("Nothing is left to decide.")
    for number, candidate in enumerate(sitting.candidates, start=1):
        write(f"\n[{number} of {total}] {candidate.id}: {_why(candidate)}")
        _show(sitting, candidate)
        try:
            outcome = _ask(sitting, candidate)
        except (click.Abort, EOFError):
            outcome = "quit"
        if outcome == "quit":
            break
        decided += outcome == "decided"
    write(f"\n{decided} decided, {total - decided} left. Accepted ones are in {sitting.out}.")


def _show(sitting: Sitting, candidate: Candidate) -> None:
    for turn in candidate.turns:
        write(f"  earlier: {turn}")
    write(f"  asked: {candidate.question}")
    if candidate.answer:
        write(f"  answered: {one_line(candidate.answer, 400)}")
    if candidate.reason:
        write(f"  declined: {candidate.reason}")
    for claim in candidate.dropped:
        write(f"  dropped: {one_line(claim, 200)}")
    row = sitting.suggest(candidate)
    write(f"  suggested: {row['kind']}, expect {row['expect']}")
    for number, gold in enumerate(sitting.offer(candidate), start=1):
        write(f"  {number}. {gold.document}: {one_line(gold.quote, 300)}")


def _ask(sitting: Sitting, candidate: Candidate) -> str:
    """Ask until the person decides: "decided", "skip" or "quit". What cannot be kept is told, and asked anew."""
    from coach.errors import CoachError

    while True:
        said = click.prompt(_ASK, prompt_suffix=": ").strip().lower()
        try:
            if said in ("s", "q"):
                return {"s": "skip", "q": "quit"}[said]
            if said == "r":
                sitting.reject(candidate)
                return "decided"
            row = _row_for(sitting, candidate, said)
            if row is not None:
                sitting.accept(candidate, row)
                return "decided"
        except CoachError as error:
            write(str(error))


def _row_for(sitting: Sitting, candidate: Candidate, said: str) -> dict[str, Any] | None:
    """The row that an answer means, or None when it means none."""
    if said == "a":
        return sitting.suggest(candidate)
    if said == "d":
        return sitting.suggest(candidate, expect="abstain")
    if re.fullmatch(r"\d+(?:[ ,]+\d+)*", said):
        return sitting.suggest(candidate, numbers=[int(n) for n in re.findall(r"\d+", said)])
    if said == "e":
        return _edit(sitting.suggest(candidate))
    write("Please answer with one of the letters, or with numbers of sentences.")
    return None


def _edit(row: dict[str, Any]) -> dict[str, Any] | None:
    """The row as the person left it in an editor; None when it was left alone. DatasetError when it is not JSON."""
    from .dataset import DatasetError

    edited = click.edit(json.dumps(row, ensure_ascii=False, indent=2), extension=".json")
    if edited is None:
        return None
    try:
        changed = json.loads(edited)
    except json.JSONDecodeError as error:
        raise DatasetError(f"What you wrote is not JSON: {error.msg} in line {error.lineno}.") from None
    if not isinstance(changed, dict):
        raise DatasetError("What you wrote is not one JSON object.")
    return {**changed, "id": row["id"]}
