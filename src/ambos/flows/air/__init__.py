"""The air of both countries."""
