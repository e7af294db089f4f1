"""`ambos forecast`."""

from __future__ import annotations

from ambos.cli.declare import group

command = group(
    "forecast",
    "Forecasts with intervals, beside plain baselines and the error of each in a backtest.",
    "Pronósticos con intervalos, junto a referencias simples y con el error de cada uno en una prueba retrospectiva.",
)
