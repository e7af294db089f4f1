"""Workforce, employed people and monthly income of work by state and quarter: INEGI's survey ENOE as DataMéxico gives it.

* ``workforce``: the cube `inegi_enoe` of the economically active population.
* ``wages``: the same cube of the employed population, with their mean monthly income of work, pesos of the quarter.

Each comes as a table or as the interface's answer. The second quarter of 2020 does not exist: the survey was suspended.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from ambos.catalog.catalog import Catalog
from ambos.sources.economia import datamexico
from ambos.sources.shared.base import Connector, Fetched, File, Rows
from ambos.sources.shared.codes import RawTable
from ambos.text import Text

if TYPE_CHECKING:
    from ambos.sources.shared.http import Client

CUBE, PEOPLE, WAGE = "inegi_enoe", "Workforce", "Monthly Wage"
CUBES = {"workforce": (PEOPLE,), "wages": (WAGE, PEOPLE)}
#: What each cube's people are, and the cut by which the interface gives them.
MEASURES = {"workforce": "workforce", "wages": "employed"}
CUTS = {"workforce": ("Economically Active Population", "1"), "wages": ("Population Classification", "1")}


def recognise(name: str, head: bytes) -> str:
    """The cube and its shape; "" if it is something else."""
    return datamexico.recognise(head, CUBES)


def read(file: File, kind: str, catalog: Catalog) -> Iterator[Rows]:
    """The rows of ``mx_state_workforce``, and of ``mx_state_wages`` where the file has wages.

    Raises
    ------
    WrongShape
    """
    cube = kind.removesuffix(" answer")
    raw = datamexico.rows(file, kind, CUBES[cube])
    people = RawTable(raw)
    datamexico.keys(people, catalog)
    people.fill("measure", MEASURES[cube])
    people.whole(PEOPLE, "persons", blank=True)
    people.fill("origin", None)
    yield people.rows(catalog.datasets["mx_state_workforce"], "persons")
    if cube != "wages":
        return
    wages = RawTable(raw)
    datamexico.keys(wages, catalog)
    wages.decimals(WAGE, "wage_mxn", 2, Text("an amount", "un monto"))
    yield wages.rows(catalog.datasets["mx_state_wages"], "wage_mxn")


def fetch(client: Client, catalog: Catalog, since: date) -> Iterator[Fetched]:
    """Both cubes, all states and quarters.

    Raises
    ------
    FetchFailed
    """
    endpoint = catalog.sources["datamexico_enoe"].endpoint
    for cube, measures in CUBES.items():
        answer = datamexico.ask(client, endpoint, CUBE, measures, CUTS[cube])
        yield answer.fetched(f"datamexico-enoe-{cube}.json")


CONNECTOR = Connector("datamexico_enoe", recognise, read, fetch)
