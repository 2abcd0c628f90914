"""Shortest paths on bare arrays, and where places meet the road."""
