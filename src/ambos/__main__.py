"""`python -m ambos`: the same as `ambos`."""

from ambos.cli import main

main()
