"""Official bytes become rows here: one file per source, `http` the only network code. Floor 4.

A connector is a record in ``definitions/sources.toml`` and a module of the same name with at most four hooks:

``recognise(name, head) -> str``
    Which of the source's tables a file holds, told by its first bytes ("" if none of them).
``read(file, kind, catalog) -> Iterator[Rows]``
    The file's rows, codes mapped through the catalog.
``passed_over(name, head) -> Text | None``
    Why a member of the source's archives is no table that is read, where it is one of those.
``fetch(client, catalog, since) -> Iterator[Fetched]``
    The bytes that the source gives now.
"""
