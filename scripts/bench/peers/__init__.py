"""One program to compare with a file; each file is read only by a process of its own."""
