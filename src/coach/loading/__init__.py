"""Files of any kind into Documents: canonical plain text, and blocks that know where they stand."""

from coach.loading.files import Loaded, iterate_archive, iterate_folder, load_file, load_folder

__all__ = ["Loaded", "iterate_archive", "iterate_folder", "load_file", "load_folder"]
