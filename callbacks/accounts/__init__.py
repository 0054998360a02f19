"""Who comes in: the pages of the door, and the command line."""
