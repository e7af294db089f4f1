"""A statement, the figures on which it should rest, and the verdict. Floor 4.

`judge` compares a formal reading with figures; `read` proposes the readings of a sentence. Neither knows where figures
come from.
"""
