"""Nouns: frozen values that are checked when made and trusted afterwards."""
