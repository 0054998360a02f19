"""Files that pages hand out."""
