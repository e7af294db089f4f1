"""What is used where nothing is said; every output tells what was used. Imports nothing, for the help of the verbs."""

#: Replications and seed of a run.
REPLICATIONS, SEED = 30, 1
#: Replications of each day of a year.
YEAR_REPLICATIONS = 20
#: Stage passed to `progress` while the kernel is compiled, which happens once.
COMPILING = "compiling"
