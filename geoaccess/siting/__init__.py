"""Where to open, what to close."""
