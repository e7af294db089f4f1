"""The web door: pages in both languages and an API over the flows. Floor 6, beside the terminal and Python.

Nothing is computed here: a page asks a flow and shows its answer.
"""
