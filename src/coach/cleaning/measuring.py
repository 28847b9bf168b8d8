"""How well cleaning tells text from what surrounds it, measured on labelled pages.

A labelled page is a text file in which each line is one block: `+` text that carries meaning, `-` what must never be
quoted, `#` a comment; the label and the blank after it are no part of the page.

Run `python -m coach.cleaning.measuring FOLDER...` for both rates.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PART = 20  # characters from which a block may be a part of a line: paragraphs are cut at padding


@dataclass(frozen=True, slots=True)
class Judged:
    """Lines of one kind: those judged wrongly, and how many there are."""

    wrong: tuple[str, ...]
    count: int


def judge_sample(path: Path) -> tuple[Judged, Judged]:
    """Lines with meaning (wrong: marked) and lines without (wrong: left quotable) of one labelled page."""
    from coach.loading import load_file

    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    with tempfile.TemporaryDirectory(prefix="coach-cleaning-") as folder:
        page = Path(folder, path.name)
        page.write_text("\n".join(line[2:] for line in lines), "utf-8")
        document = load_file(page)
    wanted = {line[2:].removeprefix("- ").rstrip(":"): line[0] == "+" for line in lines if line[2:]}
    found = {document.text[b.start : b.end]: b.why for b in document.blocks}
    return _judge(wanted, found, keep=True), _judge(wanted, found, keep=False)


def _judge(wanted: dict[str, bool], found: dict[str, str], *, keep: bool) -> Judged:
    lines = [line for line, stays in wanted.items() if stays == keep]
    return Judged(tuple(line for line in lines if _is_wrong(line, found, keep=keep)), len(lines))


def _is_wrong(line: str, found: dict[str, str], *, keep: bool) -> bool:
    parts = (why for block, why in found.items() if block == line or (len(block) > _PART and block in line))
    return any((not why) != keep for why in parts)


def describe(folder: Path) -> list[str]:
    """A line for each page of a folder with what went wrong below it, then both rates over all."""
    told, sums = [], [0, 0, 0, 0]
    for path in sorted(folder.glob("*.txt")):
        meaning, junk = judge_sample(path)
        told.append(f"{path.stem}: removed {_of(meaning)} lines of meaning, kept {_of(junk)} of no content")
        told += [f"    removed: {line}" for line in meaning.wrong] + [f"    kept: {line}" for line in junk.wrong]
        counts = (len(meaning.wrong), meaning.count, len(junk.wrong), junk.count)
        sums = [a + b for a, b in zip(sums, counts, strict=True)]
    removed, meanings, kept, junks = sums
    rates = f"removed {_rate(removed, meanings)} of meaning, kept {_rate(kept, junks)} of no content"
    return [*told, f"{folder}: {rates}"]


def _of(judged: Judged) -> str:
    return f"{len(judged.wrong)} of {judged.count}"


def _rate(part: int, whole: int) -> str:
    return f"{part} of {whole} lines ({100 * part / whole:.1f} %)" if whole else "none"


def main(folders: Sequence[str]) -> None:
    """Print what `describe` says of each folder."""
    for folder in folders:
        sys.stdout.write("\n".join(describe(Path(folder))) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
