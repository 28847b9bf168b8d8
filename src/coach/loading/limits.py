"""Bounds on what is read, so that no file can exhaust the machine."""

MAX_FILE_BYTES = 20_000_000
MAX_ARCHIVE_BYTES = 200_000_000  # a zip file of documents, before it is unpacked
MAX_FILES = 100_000  # files looked at in one folder
MAX_MEMBERS = 10_000  # files in one archive
MAX_NESTING = 2  # archives inside archives
MAX_UNPACKED_BYTES = 200_000_000  # all members of one archive together
MAX_RATIO = 200  # how many times its size an archive may unpack to
MAX_PAGES = 2_000
MAX_CELLS = 500_000
MAX_DEPTH = 40  # how deep data may be nested
MAX_SECONDS = 60.0  # to parse one file
MAX_MEMORY_BYTES = 2_000_000_000  # of the process that parses it
