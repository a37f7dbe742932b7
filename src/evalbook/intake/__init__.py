"""Intake: a municipality's files in, checked canonical tables out. Form is forgiven, content never guessed."""
