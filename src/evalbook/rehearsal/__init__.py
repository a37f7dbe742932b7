"""Rehearsal: synthetic plans whose truth is known, the demo data, and how often the verdicts are wrong."""
