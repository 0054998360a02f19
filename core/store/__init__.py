"""What is kept: one database, and files; changed whole or not at all."""
