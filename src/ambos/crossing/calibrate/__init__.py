"""Calibration of the twin: arrivals inferred from reported waits and open lanes."""
