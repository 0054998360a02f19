"""The customers that don't exist: a seeded model that imitates published figures."""
