"""Counts by indicator, area and plan year."""
