"""Intervals, tests and descriptions that know nothing of segments."""
