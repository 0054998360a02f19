"""Segments: how they differ, how far to trust them, and what they are called."""
