"""Explore: distributions that filter one another, relations between fields, and what was odd in the file."""
