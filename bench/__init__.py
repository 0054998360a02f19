"""Measurements and pictures of a running Parterre."""
