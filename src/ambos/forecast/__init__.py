"""Forecasts beside their baselines, each with its error in a backtest. Floor 4."""
