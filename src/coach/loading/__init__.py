"""Files of any kind into Documents: canonical plain text, and blocks that know where they stand."""

from coach.loading.files import Loaded, iterate_folder, load_file, load_folder, load_paths

__all__ = ["Loaded", "iterate_folder", "load_file", "load_folder", "load_paths"]
