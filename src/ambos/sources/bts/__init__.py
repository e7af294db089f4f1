"""US Bureau of Transportation Statistics."""
