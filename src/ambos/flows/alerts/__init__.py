"""Alerts: evaluation of rules, delivery of what they find, and what there is of both."""
