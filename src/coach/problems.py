"""What each error means to a machine: one table from class to name, HTTP status and exit code.

Both front ends read it, so that an error has one name wherever it is met. The HTTP side sends RFC 9457 problem
documents; the command line prints the same object under `--json`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from coach import errors

# Exit codes of the command line. 0 and 3 are results, not errors.
ANSWERED, BUG, FIX, ABSTAINED, INTERRUPTED = 0, 1, 2, 3, 130


@dataclass(frozen=True, slots=True)
class Kind:
    """A sort of problem: its name in URIs, its HTTP status, a title that never changes, an exit code."""

    slug: str
    status: int
    title: str
    exit_code: int = FIX
    advice: str = ""  # what to do when the error itself names no remedy

    @property
    def type(self) -> str:
        """The relative URI that names this sort of problem and answers with its description."""
        return f"/problems/{self.slug}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One occurrence of a kind: a sentence for a person, and the next step."""

    kind: Kind
    detail: str
    remedy: str

    def to_json(self) -> dict[str, Any]:
        """The members that both front ends share."""
        kind = self.kind
        return {
            "type": kind.type,
            "title": kind.title,
            "status": kind.status,
            "detail": self.detail,
            "remedy": self.remedy,
        }


_ASK_MAINTAINER = "Ask the maintainer of this Coach to run `coach doctor`."

OF_ERROR: dict[type[errors.CoachError], Kind] = {
    errors.CoachError: Kind("error", 500, "Coach could not do this", BUG, _ASK_MAINTAINER),
    errors.FixError: Kind("fix-needed", 422, "Something has to be changed first"),
    errors.SettingsError: Kind("settings", 500, "A setting cannot be used", advice=_ASK_MAINTAINER),
    errors.MissingExtraError: Kind("missing-extra", 501, "An optional package is not installed"),
    errors.QuestionError: Kind("question", 422, "This question cannot be asked"),
    errors.DocumentError: Kind("document", 422, "This file cannot become a document"),
    errors.CorpusError: Kind("corpus", 503, "The guides cannot be read", advice=_ASK_MAINTAINER),
    errors.IndexMissingError: Kind("index-missing", 503, "Nothing is indexed yet", advice="Run `coach ingest`."),
    errors.IndexMismatchError: Kind("index-mismatch", 503, "The index was made with other settings"),
    errors.StorageError: Kind("storage", 503, "The data folder cannot be used", advice=_ASK_MAINTAINER),
    errors.PortInUseError: Kind("port-in-use", 500, "The address is taken"),
    errors.NotFoundError: Kind("not-found", 404, "There is no such thing"),
    errors.RetryError: Kind("try-again", 503, "This may work later", advice="Try again in a moment."),
    errors.IndexBusyError: Kind("index-busy", 503, "The index is being written", advice="Try again in a moment."),
    errors.VectorServerError: Kind(
        "vector-server", 503, "The server that holds the vectors does not answer", advice="Try again in a moment."
    ),
    errors.ModelError: Kind("model", 503, "The language model gave no usable answer", advice="Try again in a moment."),
    errors.ReaderLeftError: Kind("reader-left", 503, "The reader left before the answer was written"),
}

# Problems that no error class stands for: they are met before Coach is asked anything.
MALFORMED = Kind("malformed-json", 400, "The request is not JSON", advice="Send a JSON object; see /docs.")
INVALID = Kind("invalid-request", 422, "The request does not fit", advice="See /docs for the fields.")
NOT_JSON = Kind(
    "unsupported-media-type",
    415,
    "The request does not say that it is JSON",
    advice="Send the header `content-type: application/json`.",
)
TOO_LARGE = Kind("too-large", 413, "The request is too large", advice="Send less.")
NO_SUCH_PAGE = Kind("no-such-page", 404, "There is no such address", advice="See /docs for the addresses.")
NO_SUCH_METHOD = Kind("method-not-allowed", 405, "This address does not take that method", advice="See /docs.")
WRONG_HOST = Kind(
    "wrong-host", 421, "This server does not answer to that name", advice="Use http://127.0.0.1 or http://localhost."
)
USAGE = Kind("usage", 400, "The command cannot be read so", advice="See `coach --help`.")
BUG_MET = Kind("bug", 500, "Something went wrong inside Coach", BUG, "Try again; tell the maintainer if it stays.")

KINDS: dict[str, Kind] = {
    kind.slug: kind
    for kind in (
        *OF_ERROR.values(),
        MALFORMED,
        INVALID,
        NOT_JSON,
        TOO_LARGE,
        NO_SUCH_PAGE,
        NO_SUCH_METHOD,
        WRONG_HOST,
        USAGE,
        BUG_MET,
    )
}


def problem_of(error: errors.CoachError) -> Problem:
    """The problem an error is, by the nearest of its classes that the table holds."""
    kind = next(OF_ERROR[cls] for cls in type(error).__mro__ if cls in OF_ERROR)
    return problem(kind, error.message, error.remedy)


def problem(kind: Kind, detail: str, remedy: str = "") -> Problem:
    """A problem of a kind; the kind's own advice stands in when no remedy is given."""
    return Problem(kind, detail, remedy or kind.advice)
