"""Outside formats become nouns, and back."""
