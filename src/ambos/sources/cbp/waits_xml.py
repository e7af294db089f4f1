"""CBP's ``bwt.xml``, and archives of it: thousands of snapshots, each almost the one before.

A snapshot is cut at fixed marks, and a block of lanes is read once however often it is repeated. What is not
exactly as CBP writes it goes to a real XML parser instead; both give the same rows. Only the lanes of ports of other
borders are not read.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from array import array
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.sources.cbp.reports import (
    SERVER_ZONE,
    TIME,
    Lanes,
    compact,
    frozen_text,
    is_frozen,
    local_time,
    read_crossings,
    to_rows,
)
from ambos.sources.shared.base import REJECT_SCHEMA, Rows
from ambos.sources.shared.codes import Sheet
from ambos.text import Text

#: Bytes of a snapshot, 50 times those of the largest real one; parsed, XML takes up to 30 times as much.
SNAPSHOT_BYTES = 8 * 1024**2
#: Encodings that the quick way reads. CBP declares the first.
ENCODINGS = {b"ISO-8859-1": "latin-1", b"UTF-8": "utf-8"}
#: The modes of a port in CBP's order.
MODES = ("commercial_vehicle", "passenger_vehicle", "pedestrian")
_START = re.compile(rb"<\?xml version='1\.0' encoding='([\w-]+)'\?><border_wait_time>")
_PORT, _PORT_END, _END = "<port>", "</port>", "</border_wait_time>"
#: What stands of a port before its first mode.
_HEAD = re.compile(r"<port_number>(\w+)</port_number>(?:<(\w+)>[^<&]*(?:&amp;[^<&]*)*</\2>)*", re.ASCII)
_HEAD_FIELD = re.compile(r"<(port_number|hours|port_status)>([^<&]*)</")
_FIELD = re.compile(r"<(operational_status|update_time|delay_minutes|lanes_open)>([^<&]*)</")
#: A class of lanes; its fields come in different orders.
_LANE = re.compile(
    r"<(?P<lane>[A-Za-z_]+_lanes)>"
    r"(?P<fields>(?:<(?P<field>operational_status|update_time|delay_minutes|lanes_open)>[^<&]*</(?P=field)>){4})"
    r"</(?P=lane)>"
)
_MODE = re.compile(rf"<(\w+)_lanes><maximum_lanes>([^<&]*)</maximum_lanes>((?:{_LANE.pattern})*)</\1_lanes>", re.ASCII)
_NOTICE = re.compile(r"(?:<construction_notice><!\[CDATA\[[^\]]*\]\]></construction_notice>)?")
_UPDATED = re.compile(
    rb"<last_updated_date>(\d+)-(\d+)-(\d+)</last_updated_date>\s*<last_updated_time>([\d:]+)</last_updated_time>"
)


class Lane(NamedTuple):
    """One class of lanes as written."""

    lane: str
    operational_status: str
    update_time: str
    delay_minutes: str
    lanes_open: str


class Port(NamedTuple):
    """Number, posted hours and status of a port in a snapshot."""

    port_number: str
    hours: str
    port_status: str


class Snapshots:
    """Snapshots gathered as numbers: which block of lanes stood at which crossing in which poll.

    A block is one mode of traveller at one port: its lanes built and its classes of lanes.

    Parameters
    ----------
    catalog : Catalog
    """

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        known = catalog.codelists["crossing"].from_system("cbp")
        borders = catalog.region.borders
        #: Port numbers of other borders, left out early.
        self._elsewhere = {n for n, c in known.items() if catalog.places[c].border not in borders}
        #: Ports with their hours and status, numbered: a port that opens or closes is another one; and by their heads.
        self._ports: dict[Port, int] = {}
        self._heads: dict[str, int] = {}
        #: Time, name, number and count of pairs of each snapshot; pairs of port and block in all of them.
        self._polls: list[tuple[datetime, str, int, int]] = []
        self._seen = array("i")
        #: Of each block its mode and lanes built; lanes, numbered; and the lanes of all blocks, as pairs of block and lane.
        self._blocks: list[tuple[str, str]] = []
        self._lanes: dict[Lane, int] = {}
        self._pairs = array("i")
        #: Blocks by their text; and of each port the text of its modes when it was last seen, with their pairs.
        self._known: dict[str, int] = {}
        self._last: dict[int, tuple[str, array[int]]] = {}

    def add(self, content: bytes, name: str, poll: datetime | None, line: int = 1) -> Text | None:
        """Take in one snapshot.

        Parameters
        ----------
        content : bytes
        name : str
            Of the file, or of the member of the archive.
        poll : datetime or None
            When the feed was read (UTC); None if only the feed's own clock can tell.
        line : int
            The number of the member.

        Returns
        -------
        Text or None
            Why it could not be used, if so.
        """
        if len(content) > SNAPSHOT_BYTES:
            return Text(f"it has more than {SNAPSHOT_BYTES:,} bytes.", f"tiene más de {SNAPSHOT_BYTES:,} bytes.")
        said = updated_at(content)
        if said and poll and is_frozen(said, poll):
            return frozen_text(said, poll)
        poll = poll or said
        seen = self._quick(content)
        if seen is None:
            tree = _parse(content)
            if isinstance(tree, Text):
                return tree
            seen = self._slow(tree)
        if poll is None:
            return Text(
                "neither its name nor its content tells when it was read.",
                "ni su nombre ni su contenido indican cuándo se leyó.",
            )
        self._polls.append((poll, name, line, len(seen) // 2))
        self._seen.extend(seen)
        return None

    def _quick(self, content: bytes) -> array[int] | None:
        """Pairs of port and block; None if the snapshot is not exactly as CBP writes it."""
        start = _START.match(content)
        if not start or start[1] not in ENCODINGS or not content.endswith(_END.encode()):
            return None
        try:
            _, *ports = content.decode(ENCODINGS[start[1]]).removesuffix(_END).split(_PORT)
        except UnicodeDecodeError:
            return None
        seen = array("i")
        for text in ports:
            cut = text.find(f"<{MODES[0]}_lanes>")
            port = self._head(text[:cut]) if cut > 0 and text.endswith(_PORT_END) else None
            if port is None:
                return None
            if port >= 0:
                pairs = self._modes(port, text[cut:])
                if pairs is None:
                    return None
                seen += pairs
        return seen if ports else None

    def _head(self, head: str) -> int | None:
        """The number of the port that a head is of, -1 at another border; None if it is not exactly as CBP writes it."""
        if head not in self._heads:
            if not _HEAD.fullmatch(head):
                return None
            texts = {name: text.strip() for name, text in _HEAD_FIELD.findall(head)}
            self._heads[head] = self._port_index(Port(*(texts.get(name, "") for name in Port._fields)))
        return self._heads[head]

    def _port_index(self, port: Port) -> int:
        return -1 if port.port_number in self._elsewhere else self._ports.setdefault(port, len(self._ports))

    def _modes(self, port: int, text: str) -> array[int] | None:
        """Pairs of a port and its blocks, from the text of its modes; None if it is not exactly as CBP writes it."""
        before, pairs = self._last.get(port, ("", array("i")))
        if text == before:
            return pairs
        pairs, start = array("i"), 0
        for mode in MODES:
            closing = f"</{mode}_lanes>"
            end = text.find(closing, start) + len(closing)
            piece = text[start:end]
            if piece not in self._known:
                found = _MODE.fullmatch(piece)
                if not found or found[1] != mode:
                    return None
                lanes = [(name, dict(_FIELD.findall(fields))) for name, fields, _ in _LANE.findall(found[3])]
                if any(len(fields) < len(Lane._fields) - 1 for _, fields in lanes):
                    return None
                own = (Lane(name, *(fields[f].strip() for f in Lane._fields[1:])) for name, fields in lanes)
                self._known[piece] = self._keep(f"{mode}_lanes", found[2], own)
            pairs.extend((port, self._known[piece]))
            start = end
        if not _NOTICE.fullmatch(text[start:].removesuffix(_PORT_END)):
            return None
        self._last[port] = text, pairs
        return pairs

    def _keep(self, mode: str, maximum: str, lanes: Iterable[Lane]) -> int:
        """Note a block."""
        block = len(self._blocks)
        self._blocks.append((mode, maximum.strip()))
        for lane in lanes:
            self._pairs.extend((block, self._lanes.setdefault(lane, len(self._lanes))))
        return block

    def _slow(self, tree: ET.Element) -> array[int]:
        """Pairs of port and block from a document."""
        seen = array("i")
        for port in tree.iter("port"):
            index = self._port_index(Port(*((port.findtext(f) or "").strip() for f in Port._fields)))
            for mode in port:
                maximum = mode.findtext("maximum_lanes")
                if index < 0 or maximum is None:
                    continue
                lanes = (
                    Lane(lane.tag, *((lane.findtext(f) or "").strip() for f in Lane._fields[1:]))
                    for lane in mode
                    if lane.find("operational_status") is not None
                )
                seen.extend((index, self._keep(mode.tag, maximum, lanes)))
        return seen

    def rows(self, refused: Sequence[tuple[int, str, Text]]) -> Rows:
        """All that was taken in, as rows of ``waits``.

        Parameters
        ----------
        refused : sequence of (int, str, Text)
            Number, name and fault of the members that `add` would not take.
        """
        lanes = Lanes(self._lane_table(), self.catalog)
        lanes.read()
        lanes.made["block"] = lanes.raw["block"]
        ports = Sheet(_numbered(pl.DataFrame(list(self._ports), dict.fromkeys(Port._fields, pl.String), orient="row")))
        read_crossings(ports, self.catalog, "port_number")
        ports.made["port"] = ports.raw["line"].cast(pl.Int32)
        members = pl.DataFrame(
            [
                (n, json.dumps({"member": name}), "bad_value", f"{name}: {t.en}", f"{name}: {t.es}")
                for n, name, t in refused
            ],
            schema=REJECT_SCHEMA,
            orient="row",
        )
        polls, seen = self._table()
        bad_lanes = lanes.rejected().join(lanes.raw.select("line", "block"), on="line").drop("line")
        bad_ports = ports.rejected().rename({"line": "port"})
        rejected = [
            members,
            _each(seen, bad_ports, "port", polls),
            _each(seen, bad_lanes, "block", polls),
        ]
        times, own = polls.select("poll", "fetched_at"), compact(ports.good(), self.catalog)
        answers = seen.select("port", "poll").unique().join(own, on="port").join(times, on="poll")
        seen = seen.join(own, on="port").join(times, on="poll").drop("port", "poll")
        # Half of all lanes are not offered: a part at a time takes half the memory.
        offered = pl.col("state") != "not_offered"
        kinds = compact(lanes.good(), self.catalog).group_by(offered.alias("offered"), maintain_order=True)
        frames = (seen.join(part, on="block").drop("block") for _, part in kinds)
        return to_rows(frames, self.catalog, rejected, answers)

    def _table(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The polls, and which block was seen at which port in which of them."""
        schema = {"fetched_at": TIME, "member": pl.String(), "line": pl.Int64(), "pairs": pl.Int64()}
        polls = pl.DataFrame(self._polls, schema=schema, orient="row")
        polls = polls.with_columns(poll=pl.int_range(pl.len(), dtype=pl.Int32))
        pairs = pl.Series("pairs", self._seen, dtype=pl.Int32)
        seen = pl.DataFrame({"port": pairs.gather_every(2), "block": pairs.gather_every(2, 1)})
        repeated = polls.select(pl.col("poll").repeat_by("pairs").explode()).to_series().drop_nulls()
        return polls.drop("pairs"), seen.with_columns(poll=repeated)

    def _lane_table(self) -> pl.DataFrame:
        """The lanes of each block, as text."""
        blocks = pl.DataFrame(self._blocks, schema={"mode": pl.String, "maximum_lanes": pl.String}, orient="row")
        lanes = pl.DataFrame(list(self._lanes), schema=dict.fromkeys(Lane._fields, pl.String), orient="row")
        pairs = pl.Series("pairs", self._pairs, dtype=pl.Int32)
        block, lane = pairs.gather_every(2).alias("block"), pairs.gather_every(2, 1)
        return _numbered(pl.concat([block.to_frame(), blocks[block], lanes[lane]], how="horizontal"))


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(line=pl.int_range(pl.len(), dtype=pl.Int64))


def _each(seen: pl.DataFrame, refused: pl.DataFrame, on: str, polls: pl.DataFrame) -> pl.DataFrame:
    """What was refused once, for each poll in which it was seen; `line` is the number of the member."""
    if refused.is_empty():
        return pl.DataFrame(schema=REJECT_SCHEMA)
    seen = seen.unique(["poll", "port"]) if on == "port" else seen
    found = seen.join(refused.cast({on: pl.Int32}), on=on).join(polls, on="poll")
    member = pl.struct("member").struct.json_encode().str.head(-1)
    return found.select(
        "line",
        row=pl.concat_str(member, pl.lit(","), pl.col("row").str.slice(1)),
        **{name: pl.col(name) for name in ("reason", "reason_en", "reason_es")},
    ).cast(REJECT_SCHEMA)  # type: ignore[arg-type]


def _parse(content: bytes) -> ET.Element | Text:
    """The document, or what is wrong with it."""
    damaged = Text(
        "this is no XML: an error page, or the text is cut.",
        "no es XML: es una página de error o el texto está cortado.",
    )
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:  # CBP sends none; what could grow is not opened
        return damaged
    try:
        tree = ET.fromstring(content)
    except (ET.ParseError, ValueError, LookupError):
        return damaged
    if tree.tag != "border_wait_time":
        return Text(
            f"this is <{tree.tag[:40]}>, not <border_wait_time>; the RSS text has few crossings and no port numbers.",
            f"es <{tree.tag[:40]}>, no <border_wait_time>; el texto RSS trae pocos cruces y ningún número de puerto.",
        )
    return tree


def updated_at(content: bytes) -> datetime | None:
    """Read the time at which a snapshot was written (UTC); None if it gives none."""
    found = _UPDATED.search(content[:1000])
    if not found:
        return None
    year, month, day, clock = (part.decode() for part in found.groups())
    return local_time((year, month, day), clock, SERVER_ZONE)
