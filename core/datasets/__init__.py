"""Which model answers, and which segment is which of another model."""
