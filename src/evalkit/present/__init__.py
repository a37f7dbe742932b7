"""Published rows become words, pictures and tables."""
