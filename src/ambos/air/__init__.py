"""The air: the US AQI and Mexico's Índice AIRE Y SALUD, rounded exactly as each rule says.

One value at a time with exact fractions (`ambos.air.index`, `ambos.air.means`), or a whole table of hourly readings at
once (`ambos.air.hourly`), with the same results. Floor 4: a stranger to the other rooms.
"""
