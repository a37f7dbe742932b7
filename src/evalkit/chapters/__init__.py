"""Whole chapters of a report, made of words, tables and figures."""
