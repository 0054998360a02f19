"""How the tables came to be what they are, a step each, up and down; Alembic runs them."""
