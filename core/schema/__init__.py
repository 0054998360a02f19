"""A table as a value: what its columns are, how others are made of them, and the roles that they play; and the guess of it from what is in a file."""
