"""CBP's ``bwt.xml``, and archives of it: thousands of snapshots, each almost the one before.

A snapshot is cut at fixed marks, and a block of lanes is read once however often it is repeated. What is not
exactly as CBP writes it goes to a real XML parser instead; both give the same rows. Only the lanes of ports of other
borders are not looked into.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from array import array
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import compress, count
from operator import ne
from typing import NamedTuple

import polars as pl

from ambos.catalog.catalog import Catalog
from ambos.numbers import size
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
from ambos.sources.shared.codes import RawTable
from ambos.text import Text

#: Bytes of a snapshot, 50 times those of the largest real one; parsed, XML takes up to 30 times as much.
SNAPSHOT_BYTES = 8 * 1024**2
#: Encodings whose marks are ASCII. CBP declares the first.
ENCODINGS = {b"ISO-8859-1": "latin-1", b"UTF-8": "utf-8"}
#: The modes of a port in CBP's order: what closes each, and what follows (after the last, perhaps a notice).
MODES = (
    (b"</commercial_vehicle", b"<passenger_vehicle"),
    (b"</passenger_vehicle", b"<pedestrian"),
    (b"</pedestrian", b""),
)
_ENDS = tuple(closing + b"_lanes>" + follows for closing, follows in MODES)
_START = re.compile(rb"<\?xml version='1\.0' encoding='([\w-]+)'\?><border_wait_time>")
_END = b"</border_wait_time>"
_PORT, _PORT_END = b"<port>", b"</port>"
#: What stands of a port before its first mode.
_HEAD = re.compile(rb"<port><port_number>(\w+)</port_number>(?:<(\w+)>[^<&]*(?:&amp;[^<&]*)*</\2>)*<commercial_vehicle")
_HEAD_FIELD = re.compile(rb"<(port_number|hours|port_status)>([^<&]*)</")
PORT_FIELDS = (b"port_number", b"hours", b"port_status")
_OPEN = b"_lanes><maximum_lanes>"
_NOTICE = re.compile(rb"(?:<construction_notice><!\[CDATA\[[^\]]*\]\]></construction_notice>)?</port>")
_FIELDS = re.compile(r"(?:<(operational_status|update_time|delay_minutes|lanes_open)>[^<&]*</\1>){4}")
_FIELD = re.compile(r"<(\w+)>([^<&]*)</")
_UPDATED = re.compile(
    rb"<last_updated_date>(\d+)-(\d+)-(\d+)</last_updated_date>\s*<last_updated_time>([\d:]+)</last_updated_time>"
)


class Lane(NamedTuple):
    """A class of lanes as written."""

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
        #: Ports with their hours and status, numbered: a port that opens or closes is another one.
        self._ports: dict[Port, int] = {}
        #: By encoding: the ports of the heads that occurred.
        self._heads: dict[str, dict[bytes, int]] = {encoding: {} for encoding in ENCODINGS.values()}
        #: Time, name, number and count of pairs of each snapshot.
        self._polls: list[tuple[datetime, str, int, int]] = []
        #: Pairs of port and block; -1 and any where there is none: at other borders, and for the head of a snapshot.
        self._seen = array("i")
        #: Of each block its mode and lanes built; and the lanes of all blocks, as pairs of block and lane.
        self._blocks: list[tuple[str, str]] = []
        self._pairs = array("i")
        self._lanes: list[Lane] = []
        #: By encoding: the blocks known by their bytes at each place in a port, and the lanes.
        self._known: dict[str, tuple[dict[bytes, int], ...]] = {}
        self._known_lanes: dict[str, dict[bytes, int]] = {}
        #: By encoding: the pieces of the snapshot before, and the pair of each.
        self._last: dict[str, tuple[list[bytes], array[int]]] = {}

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
            return Text(f"it has more than {size(SNAPSHOT_BYTES)}.", f"tiene más de {size(SNAPSHOT_BYTES)}.")
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
        if not start or start[1] not in ENCODINGS:
            return None
        encoding = ENCODINGS[start[1]]
        # Cut before the lanes of each mode: a piece is a mode, that of a port's last one with the head of the next port.
        pieces = content.split(_OPEN)
        if len(pieces) % len(MODES) != 1:
            return None
        # The ports come in the same order each time, and most of their modes are as they were.
        before, seen = self._last.pop(encoding, ([], array("i")))
        again = len(before) == len(pieces)
        changed: Iterable[int] = compress(count(), map(ne, pieces, before)) if again else range(len(pieces))
        seen = seen[:] if again else array("i", (-1, -1)) * len(pieces)
        known = self._known.setdefault(encoding, ({}, {}, {}))
        for place in changed:
            piece = pieces[place]
            mode = (place - 1) % len(MODES)
            if place % len(MODES) == 0:
                cut = piece.find(_PORT_END) + len(_PORT_END) if place else piece.find(_PORT)
                piece, head = piece[:cut], piece[cut:]
                if place + 1 == len(pieces):
                    if head != _END:
                        return None
                else:
                    port = self._head(head, encoding)
                    if port is None:
                        return None
                    if port != seen[2 * place + 2]:
                        if again and min(port, seen[2 * place + 2]) < 0:  # a port of another border, or no longer
                            return self._quick(content)
                        for of_port in range(place + 1, place + 1 + len(MODES)):
                            seen[2 * of_port] = port
            elif not piece.endswith(_ENDS[mode]):  # a port with fewer modes: the next one's would be taken for its own
                return None
            if seen[2 * place] < 0:
                continue
            block = known[mode].get(piece)
            if block is None:
                block = self._block(piece, mode, encoding)
                if block is None:
                    return None
                known[mode][piece] = block
            seen[2 * place + 1] = block
        self._last[encoding] = (pieces, seen)
        return seen

    def _head(self, head: bytes, encoding: str) -> int | None:
        """The number of the port that a head is of; None if it is not exactly as CBP writes it."""
        port = self._heads[encoding].get(head)
        if port is None:
            found = _HEAD.fullmatch(head)
            try:
                head.decode(encoding)
            except UnicodeDecodeError:
                return None
            if not found:
                return None
            texts = {name: text.decode(encoding).strip() for name, text in _HEAD_FIELD.findall(head)}
            own = Port(*(texts.get(name, "") for name in PORT_FIELDS))
            port = self._heads[encoding][head] = self._port_index(own)
        return port

    def _port_index(self, port: Port) -> int:
        return -1 if port.port_number in self._elsewhere else self._ports.setdefault(port, len(self._ports))

    def _block(self, piece: bytes, place: int, encoding: str) -> int | None:
        """The number of a new block, read from its bytes, which begin with the number of lanes built."""
        closing, follows = MODES[place]
        # "8</maximum_lanes><standard_lanes>…</standard_lanes></pedestrian_lanes></port>" in its parts:
        # "8</maximum", "<standard", "…</standard", "</pedestrian", "</port>"
        parts = piece.split(b"_lanes>")
        if len(parts) < 3:
            return None
        maximum, *lanes, end, rest = parts
        if end != closing or len(lanes) % 2 or (rest != follows if follows else not _NOTICE.fullmatch(rest)):
            return None
        maximum, tag, _ = maximum.partition(b"</maximum")
        if not tag or b"<" in maximum or b"&" in maximum:
            return None
        known = self._known_lanes.setdefault(encoding, {})
        try:
            built = maximum.decode(encoding)
        except UnicodeDecodeError:
            return None
        numbers = []
        for k in range(0, len(lanes), 2):
            key = lanes[k] + lanes[k + 1]
            number = known.get(key)
            if number is None:
                lane = _lane(lanes[k], lanes[k + 1], encoding)
                if lane is None:
                    return None
                number = known[key] = len(self._lanes)
                self._lanes.append(lane)
            numbers.append(number)
        return self._keep(closing[2:].decode() + "_lanes", built, numbers)

    def _keep(self, mode: str, maximum: str, lanes: Sequence[int]) -> int:
        """Note a block; `lanes` are places in the list of lanes."""
        block = len(self._blocks)
        self._blocks.append((mode, maximum.strip()))
        for lane in lanes:
            self._pairs.extend((block, lane))
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
                lanes = [
                    Lane(lane.tag, *((lane.findtext(f) or "").strip() for f in Lane._fields[1:]))
                    for lane in mode
                    if lane.find("operational_status") is not None
                ]
                first = len(self._lanes)
                self._lanes.extend(lanes)
                seen.extend((index, self._keep(mode.tag, maximum, range(first, len(self._lanes)))))
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
        ports = RawTable(
            _numbered(pl.DataFrame(list(self._ports), dict.fromkeys(Port._fields, pl.String), orient="row"))
        )
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
        return polls.drop("pairs"), seen.with_columns(poll=repeated).filter(pl.col("port") >= 0)

    def _lane_table(self) -> pl.DataFrame:
        """The lanes of each block, as text."""
        blocks = pl.DataFrame(self._blocks, schema={"mode": pl.String, "maximum_lanes": pl.String}, orient="row")
        lanes = pl.DataFrame(self._lanes, schema=dict.fromkeys(Lane._fields, pl.String), orient="row")
        pairs = pl.Series("pairs", self._pairs, dtype=pl.Int32)
        block, lane = pairs.gather_every(2).alias("block"), pairs.gather_every(2, 1)
        return _numbered(pl.concat([block.to_frame(), blocks[block], lanes[lane]], how="horizontal"))


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(line=pl.int_range(pl.len(), dtype=pl.Int64))


def _each(seen: pl.DataFrame, refused: pl.DataFrame, on: str, polls: pl.DataFrame) -> pl.DataFrame:
    """List a refusal for each poll in which it was seen; `line` is the number of the member."""
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


def _lane(opening: bytes, fields: bytes, encoding: str) -> Lane | None:
    """A class of lanes from ``<standard`` and ``<operational_status>…</lanes_open></standard``."""
    name = opening[1:]
    inner = fields.removesuffix(b"</" + name)
    if opening[:1] != b"<" or not name.replace(b"_", b"").isalpha() or inner == fields:
        return None
    try:
        text = inner.decode(encoding)
    except UnicodeDecodeError:
        return None
    texts = dict(_FIELD.findall(text)) if _FIELDS.fullmatch(text) else {}
    if len(texts) != len(Lane._fields) - 1:
        return None
    return Lane(name.decode(encoding) + "_lanes", *(texts[f].strip() for f in Lane._fields[1:]))


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
