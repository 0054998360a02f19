"""What it looks like: pure functions, no data access."""
