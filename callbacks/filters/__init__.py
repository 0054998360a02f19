"""One question, one answer: what pages share that can be filtered."""
