"""Everything Coach raises on purpose, one class per thing the caller can do.

    CoachError
    ├── FixError                  the caller changes something and tries again
    │   ├── SettingsError         a setting is unknown or has a value that cannot be used
    │   ├── MissingExtraError     an optional package is not installed; the message names the extra
    │   ├── QuestionError         a question that cannot be asked (empty, too long, unreadable)
    │   ├── DocumentError         a file that cannot become a Document; names file, place and reason
    │   ├── CorpusError           a corpus folder that cannot be read as a whole
    │   ├── IndexMissingError     nothing is indexed yet
    │   ├── IndexMismatchError    the index was made with another model or chunking; names both
    │   ├── StorageError          the data folder is read-only, full or damaged
    │   └── PortInUseError        another program listens on the address
    ├── NotFoundError             a document, collection or style that does not exist
    └── RetryError                the same call may succeed later
        ├── IndexBusyError        another process is writing the index
        ├── VectorServerError     the server that holds the vectors does not answer
        └── ModelError            the language model is down, slow or answers nonsense
            └── ReaderLeftError   nobody waits for the answer any more

Every message is one human sentence, and `remedy` is the next command to type or thing to do.
"""

from __future__ import annotations


class CoachError(Exception):
    """Base of all deliberate errors: a sentence for a person and the next step."""

    def __init__(self, message: str, *, remedy: str = "") -> None:
        """Keep the sentence and the remedy apart so that each front end can lay them out."""
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        """The sentence, followed by the next step when there is one."""
        return f"{self.message} {self.remedy}".strip()


class FixError(CoachError):
    """The caller has to change something first."""


class SettingsError(FixError):
    """A setting is unknown or unusable."""


class MissingExtraError(FixError):
    """An optional package is needed; the message names the extra that brings it."""


class QuestionError(FixError):
    """The question cannot be asked as it stands."""


class DocumentError(FixError):
    """One file cannot become a Document."""


class CorpusError(FixError):
    """The corpus as a whole cannot be read."""


class IndexMissingError(FixError):
    """Nothing has been indexed yet."""


class IndexMismatchError(FixError):
    """The index was made with other settings than the ones asked for."""


class StorageError(FixError):
    """The data folder cannot be written or read."""


class PortInUseError(FixError):
    """The address to serve on is taken."""


class NotFoundError(CoachError):
    """The named thing does not exist."""


class RetryError(CoachError):
    """The same call may succeed later."""


class IndexBusyError(RetryError):
    """Another process holds the writer's lock."""


class VectorServerError(RetryError):
    """The server that holds the vectors does not answer."""


class ModelError(RetryError):
    """The language model did not give a usable answer."""


class ReaderLeftError(ModelError):
    """Nobody waits for the reply any more; says nothing about the model."""
