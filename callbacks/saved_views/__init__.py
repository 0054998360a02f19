"""Saved views: a user's own, and nobody else's."""
