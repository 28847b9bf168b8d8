"""One source into one Document, whatever its format, and no parser's failure beyond this point."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath

from coach.errors import CoachError, DocumentError
from coach.loading.building import build_document
from coach.loading.formats import get_loader
from coach.loading.sources import Source
from coach.types import Document


def read_document(source: Source, collection: str) -> Document:
    """Parse, clean and name one document.

    Raises DocumentError with a reason that speaks of the file as "it", and MissingExtraError.
    """
    loader = get_loader(PurePosixPath(source.name).suffix)
    digest = hashlib.sha256(source.data).hexdigest()
    try:
        parsed = loader(source.data, source.name)
        return build_document(parsed, name=source.name, digest=digest, collection=collection)
    except CoachError:
        raise
    except MemoryError:
        raise DocumentError("reading it takes more memory than allowed") from None
    except RecursionError:
        raise DocumentError("it is nested too deeply") from None
    except Exception as error:  # a parser that breaks on a hostile file breaks in its own ways
        raise DocumentError(f"it is damaged ({type(error).__name__})") from error
