"""Comisión Nacional del Agua (CONAGUA)."""
