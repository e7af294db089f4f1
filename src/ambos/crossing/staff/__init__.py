"""Lane and officer plans: a mixed-integer program on the fluid model, improved and verified by simulation."""
