"""A report as a Word file, and what comes back in it: comments, changes, an approval."""
