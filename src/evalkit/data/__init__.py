"""Data sets: what a table must hold, and reading and checking one."""
