"""Comisión Nacional de los Salarios Mínimos (CONASAMI), Mexico."""
