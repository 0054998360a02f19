"""Campaigns: what works with whom, and whether contacting them pays."""
