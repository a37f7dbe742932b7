"""The evaluation: counts in, published rows out: levels, changes, verdicts, comparisons."""
