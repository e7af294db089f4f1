"""Figures: from bytes to the store, and out of it again."""
