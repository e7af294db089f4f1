"""US Bureau of Economic Analysis (BEA)."""
