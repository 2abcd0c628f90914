"""Inputs of a study of Latvia: real borders, places and services, and synthetic roads."""
