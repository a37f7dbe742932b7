"""How far a report has come: whether its words fit its figures, who signed which version, what is still open."""
