"""Ministries of Health of Mexico and of its states."""
