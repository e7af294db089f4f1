"""Banco de México."""
