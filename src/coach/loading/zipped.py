"""Zip files opened with care: members counted and sizes summed before anything is unpacked."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import PurePosixPath

from coach.errors import DocumentError
from coach.loading.limits import MAX_MEMBERS, MAX_RATIO, MAX_UNPACKED_BYTES


def open_zip(data: bytes) -> zipfile.ZipFile:
    """Open a zip file held in memory.

    Raises DocumentError for a damaged or encrypted one, and for one that would unpack to more than
    the limits allow. What its members claim is not believed: `read_member` checks again.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise DocumentError("it is damaged, or not what its name says") from None
    if len(members) > MAX_MEMBERS:
        raise DocumentError(f"it holds more than {MAX_MEMBERS:,} files")
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED_BYTES or unpacked > MAX_RATIO * max(len(data), 1_000_000):
        raise DocumentError(f"it would unpack to more than {MAX_UNPACKED_BYTES // 1_000_000} MB")
    if any(member.flag_bits & 0x1 for member in members):
        raise DocumentError("it is protected by a password", remedy="Save it without one.")
    return archive


def read_member(archive: zipfile.ZipFile, name: str, limit: int = MAX_UNPACKED_BYTES) -> bytes:
    """The bytes of one member; DocumentError when it is missing, damaged or larger than it claims."""
    try:
        with archive.open(name) as stream:
            data = stream.read(limit + 1)
    except KeyError:
        raise DocumentError(f"it lacks its part {name}") from None
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and not isinstance(error, NotImplementedError):
            raise DocumentError("it is protected by a password", remedy="Save it without one.") from None
        raise DocumentError(f"its part {name} is damaged") from None
    if len(data) > limit:
        raise DocumentError(f"its part {name} is larger than {limit // 1_000_000} MB")
    return data


def is_safe_name(member: zipfile.ZipInfo) -> bool:
    """Whether a member stays below the folder it would be unpacked to and is a plain file."""
    path = PurePosixPath(member.filename.replace("\\", "/"))
    mode = member.external_attr >> 16
    plain = mode == 0 or stat.S_ISREG(mode) or stat.S_IFMT(mode) == 0
    return plain and not path.is_absolute() and ".." not in path.parts and ":" not in path.parts[0]
