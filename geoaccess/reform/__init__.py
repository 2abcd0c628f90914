"""Borders before against after."""
