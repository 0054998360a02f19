"""One customer: what is held of them, wherever it is, and taking it away."""
