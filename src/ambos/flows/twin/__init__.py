"""Runs of the port-of-entry twin."""
