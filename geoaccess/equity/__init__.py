"""A weighted distribution becomes a number or a decomposition."""
