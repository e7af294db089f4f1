"""Official bytes become rows here: a package for each agency, `shared.http` the only network code. Floor 4.

A source is a record in ``definitions/sources.toml`` and a module with a `Connector`, which `registry` lists.
"""
