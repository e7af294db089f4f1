"""National Population Council of Mexico (CONAPO)."""
