"""The chat page, a client of the public names of Coach."""
