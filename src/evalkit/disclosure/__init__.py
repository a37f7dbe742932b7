"""Disclosure control: which counts are too small to be shown, and which others must be hidden with them."""
