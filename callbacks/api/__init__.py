"""/api/v1: what the pages know, for programs."""
