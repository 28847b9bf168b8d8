"""Names as ids that are safe in addresses and in names of files."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 120


def to_slug(name: str) -> str:
    """A name as lower-case ASCII letters, digits and single hyphens, accents left off; "" where nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:_LONGEST]
