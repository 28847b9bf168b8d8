"""A line of a PDF page, and what a bullet looks like: what reading, layout and tables share."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SIGNS = r"[\u2022\u2023\u25aa\u25ab\u25cf\u25cb\u25e6\u2043\u00b7\uf0b7\uf0a7*\u2013-]"
BULLET = re.compile(rf"^(?:{_SIGNS}|(\d{{1,2}})[.)])\s+(?=\S)")
BARE_BULLET = re.compile(rf"^(?:{_SIGNS}|(\d{{1,2}})[.)])$")


@dataclass(frozen=True, slots=True)
class Line:
    """A run of words on one baseline; measures in points, `bottom` from the foot of the page.

    A line with `rows` stands for a whole table: `bottom` is its top edge.
    """

    text: str
    page: int
    left: float
    right: float
    bottom: float
    size: float
    bold: str = ""  # the words it opens with in bold
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def is_bold(self) -> bool:
        """Whether all of it is bold."""
        return self.bold == self.text
