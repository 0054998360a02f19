"""Which datasets there are, what a file that comes in seems to be, their versions and what the next file changes, which model answers, and which segment is which of another model."""
