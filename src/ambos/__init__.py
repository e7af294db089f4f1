"""Ambos: an open, bilingual observatory and planning desk for a cross-border region."""

__version__ = "0.1.0"
