"""US Bureau of Reclamation."""
