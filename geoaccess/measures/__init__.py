"""Travel times become access per origin, one file a measure."""
