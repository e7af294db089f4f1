"""Claims against the figures held."""
