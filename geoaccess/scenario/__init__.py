"""Named edits that give new nouns, and what they change."""
