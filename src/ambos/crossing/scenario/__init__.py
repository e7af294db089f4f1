"""Scenario files: their form, their reader, their checks."""
