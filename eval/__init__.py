"""Measuring that answers stay grounded, as a client of the public names of Coach."""
