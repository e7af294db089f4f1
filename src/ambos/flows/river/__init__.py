"""The shared water of the Colorado River."""
