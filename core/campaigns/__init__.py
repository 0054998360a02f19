"""Campaign figures: who answers, how sure that is, and whether contacting them pays."""
