"""Six small tables of other schemas, as companies have them: made by seeded scripts, the same every time."""
