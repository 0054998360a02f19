"""Choose k: how many segments are there really, what another number would change, and changing it."""
