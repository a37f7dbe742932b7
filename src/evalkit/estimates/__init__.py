"""Estimates with their intervals: shares, rates, trends, effects and what could be seen at all; plain numbers or arrays in."""
