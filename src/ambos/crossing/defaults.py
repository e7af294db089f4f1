"""Defaults of a simulation, named in every output. Imports nothing, for the help of the verbs."""

#: Replications and seed of a run.
REPLICATIONS, SEED = 30, 1
#: Replications of each day of a year.
YEAR_REPLICATIONS = 20
#: Replications by which a lane plan is verified.
STAFF_REPLICATIONS = 1000
#: Most replications of each point of a frontier.
FRONTIER_REPLICATIONS = 30
#: Most replications of a run; no interval needs as many.
MOST_REPLICATIONS = 1_000_000
#: Most travellers of a run, all replications together: some 20 minutes on two cores.
MOST_TRAVELLERS = 10_000_000_000
#: Years that may be simulated: BTS counts crossings since 1996; no plan of a port of entry reaches past 2100.
FIRST_YEAR, LAST_YEAR = 1996, 2100
#: Largest seed: a signed whole number of 64 bits, as the kernel holds it, with room for the days of a year.
MOST_SEED = 2**62
#: Stage passed to `progress` while the kernel is compiled, which happens once.
COMPILING = "compiling"
