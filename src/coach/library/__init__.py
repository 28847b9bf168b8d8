"""The collections of the index: what goes into them, what leaves them, and their backup."""
