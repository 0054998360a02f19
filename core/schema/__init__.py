"""What the fields of a table are: names, kinds, units, words."""
