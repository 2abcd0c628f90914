"""The report of a study as one page: words, tables and drawn charts."""
