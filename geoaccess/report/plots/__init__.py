"""Figures for papers and notebooks, drawn by matplotlib."""
