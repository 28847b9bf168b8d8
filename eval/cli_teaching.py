"""`coach eval teach-embedder` and `teach-reranker`: the models of retrieval that ship."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from coach.cli.text import write

_out = click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="File for the weights; else the shipped."
)
_measure_only = click.option("--measure-only", is_flag=True, help="Teach nothing; measure the weights that are there.")


@click.command("teach-embedder")
@_out
@click.option("--passes", type=click.IntRange(1), metavar="N", help="How often every question is seen.")
@_measure_only
def teach_embedder(out: Path | None, passes: int | None, measure_only: bool) -> int:
    """Teach the embedding model on the teaching guides but for every sixth, which measures it; about half an hour."""
    import torch

    from coach.embedding import PACKAGED_MODEL, TAUGHT_MODEL, TAUGHT_WEIGHTS, SentenceTransformerEmbedder

    from .teach_embedder import Plan, measure, teach
    from .teaching import load_guides

    torch.set_num_threads(1)  # the same sums in the same order, whatever the machine
    guides, path = load_guides(), out or TAUGHT_WEIGHTS
    aside = [g for g in guides if g.is_test]
    if not measure_only:
        plan = replace(Plan(), passes=passes) if passes else Plan()
        teach([g for g in guides if not g.is_test], plan, say=write, path=path)
    questions = sum(len(g.questions) for g in aside)
    for name in (PACKAGED_MODEL, TAUGHT_MODEL):
        found = measure(aside, SentenceTransformerEmbedder(name, weights=path).embed)
        told = ", ".join(f"{k} {v:.3f}" for k, v in found.items())
        write(f"{name}, {questions} questions of {len(aside)} guides kept aside: {told}")
    return 0


@click.command("teach-reranker")
@_out
@click.option("--steps", type=click.IntRange(1), metavar="N", help="How many batches are seen.")
@_measure_only
def teach_reranker(out: Path | None, steps: int | None, measure_only: bool) -> int:
    """Teach the reranker on the teaching guides but for every sixth, which measures it; about forty minutes."""
    import torch

    from coach.embedding import SentenceTransformerEmbedder, get_packaged_folder
    from coach.encoder.scoring import PairScorer
    from coach.retrieval.reranker import ANSWERING, SHIPPED

    from .teach_reranker import Plan, measure, prepare, teach
    from .teaching import load_guides

    torch.set_num_threads(1)  # the same sums in the same order, whatever the machine
    guides, path, embed = load_guides(), out or SHIPPED, SentenceTransformerEmbedder().embed
    if not measure_only:
        plan = replace(Plan(), steps=steps) if steps else Plan()
        asked = prepare([g for g in guides if not g.is_test], embed)
        teach(asked, plan, say=write, folder=get_packaged_folder(), path=path)
    aside = prepare([g for g in guides if g.is_test], embed)
    told = ", ".join(f"{k} {v:.3f}" for k, v in measure(aside, PairScorer(ANSWERING, path).score).items())
    write(f"{len(aside)} questions of guides kept aside, each asked of its own guide: {told}")
    return 0


@click.command("teaching-set")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def teaching_set(folder: Path) -> int:
    """Write the teaching guides kept aside as a collection with questions, to run Coach on guides of other fields."""
    from .teaching import load_guides
    from .teaching_set import write_set

    guides = [g for g in load_guides() if g.is_test]
    corpus, questions = write_set(guides, folder)
    write(f"{len(guides)} guides in {corpus}. Next: COACH_CORPUS={corpus} coach eval run {questions} --out run.jsonl")
    return 0
