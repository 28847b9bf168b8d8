"""Reading files into Documents: one parser per format, one way from blocks to canonical text."""

from coach.loading.folder import Loaded, load_file, load_folder

__all__ = ["Loaded", "load_file", "load_folder"]
