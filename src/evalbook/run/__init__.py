"""Papermill over areas and years: fast, restartable, and never a broken report."""
