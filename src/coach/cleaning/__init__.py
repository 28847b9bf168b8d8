"""What of a document must not be quoted, and why: page furniture, template leftovers, filler, repeats."""

from coach.cleaning.duplicates import mark_near_duplicates
from coach.cleaning.marking import mark_blocks
from coach.cleaning.phrases import drop_dangling_references

__all__ = ["drop_dangling_references", "mark_blocks", "mark_near_duplicates"]
