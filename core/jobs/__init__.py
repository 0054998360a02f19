"""Long work outside the web workers."""
