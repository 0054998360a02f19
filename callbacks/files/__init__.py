"""Files that pages hand out, and how large those may be that they take."""
