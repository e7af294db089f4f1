"""OpenAQ."""
