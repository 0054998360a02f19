"""Which datasets there are, what a file that comes in seems to be, which model answers, and which segment is which of another model."""
