"""Small programs for engineers; nothing that serves."""
