"""Instituto Mexicano del Seguro Social (IMSS)."""
