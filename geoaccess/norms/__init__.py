"""Service standards, and who meets them."""
