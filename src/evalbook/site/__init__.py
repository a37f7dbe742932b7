"""Executed notebooks become a site of self-contained pages."""
