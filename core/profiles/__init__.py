"""What segments are like, in figures, rules and words."""
