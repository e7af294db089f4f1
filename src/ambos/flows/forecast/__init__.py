"""Forecasts of waits and of monthly series."""
