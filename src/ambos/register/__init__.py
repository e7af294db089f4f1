"""The register of commitments: events chained by hash, their rules, and the tables that hold them. Floor 4.

What was decided about a record is an event; nothing is overwritten. A list shows the newest event of each record up to a
moment.
"""
