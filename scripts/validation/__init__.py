"""Our routes beside those of Valhalla, on real roads."""
