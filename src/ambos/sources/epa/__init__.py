"""US Environmental Protection Agency."""
