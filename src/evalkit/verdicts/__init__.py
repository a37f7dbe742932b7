"""Verdicts: rules, target paths and what other offices would conclude."""
