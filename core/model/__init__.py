"""From customers to segments: fit, name, keep, open again."""
