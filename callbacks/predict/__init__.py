"""Predict: from seven figures to a segment, and how firmly."""
