"""/admin: what the house's administrators see and do, in sections."""
