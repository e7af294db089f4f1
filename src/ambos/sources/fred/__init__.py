"""FRED (Federal Reserve Bank of St. Louis), which passes on figures of others."""
