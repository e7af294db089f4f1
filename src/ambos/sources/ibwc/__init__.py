"""International Boundary and Water Commission, United States and Mexico."""
