"""From customers to segments: fit, keep, describe, score."""
