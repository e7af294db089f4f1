"""The port-of-entry twin: a day at land crossings, traveller by traveller (rules: docs/en/explanation/twin.md)."""
