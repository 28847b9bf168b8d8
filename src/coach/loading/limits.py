"""Bounds on what is read, so that no file can exhaust the machine."""

MAX_FILE_BYTES = 20_000_000
MAX_FILES = 100_000  # files looked at in one folder
MAX_CHARACTERS = 20_000_000  # text taken from one file
