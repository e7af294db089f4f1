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
from collections.abc import Iterable, Iterator, Sequence
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
    once_a_day,
    read_crossings,
    to_rows,
    zones,
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
PEDESTRIAN = len(MODES) - 1
_ENDS = tuple(closing + b"_lanes>" + follows for closing, follows in MODES)
_START = re.compile(rb"<\?xml version='1\.0' encoding='([\w-]+)'\?><border_wait_time>")
_END = b"</border_wait_time>"
_PORT, _PORT_END = b"<port>", b"</port>"
#: What stands of a port before its first mode.
_HEAD = re.compile(rb"<port><port_number>(\w+)</port_number>(?:<(\w+)>[^<&]*(?:&amp;[^<&]*)*</\2>)*<commercial_vehicle")
_DATE = re.compile(rb"<date>[0-9/]*</date>")
_HEAD_FIELD = re.compile(rb"<(port_number|hours|port_status)>([^<&]*)</")
PORT_FIELDS = (b"port_number", b"hours", b"port_status")
_OPEN = b"_lanes><maximum_lanes>"
_NOTICE = re.compile(rb"(?:<construction_notice><!\[CDATA\[[^\]]*\]\]></construction_notice>)?</port>")
#: A class of lanes, from its name to its name, ``_lanes>`` taken out; the label comes first where there is a report.
_LANE = re.compile(
    r"<([A-Za-z_]+)(?:<update_time>([^<&]*)</update_time>)?<operational_status>([^<&]*)</operational_status>"
    r"(?:<update_time>([^<&]*)</update_time>)?<delay_minutes>([^<&]*)</delay_minutes><lanes_open>([^<&]*)</lanes_open></\1"
)
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
        #: The port and block of each pair; the port is -1, and the block any, at other borders.
        self._seen_ports, self._seen_blocks = array("i"), array("i")
        #: Of each block its mode, lanes built and number of classes of lanes; and the classes of all blocks in turn.
        self._blocks: list[tuple[str, str, int]] = []
        self._block_lanes = array("i")
        self._lanes: list[Lane] = []
        #: By encoding: the blocks known by their bytes at each place in a port, and the lanes.
        self._known: dict[str, tuple[dict[bytes, int], ...]] = {}
        self._known_lanes: dict[str, dict[bytes, int]] = {}
        #: By encoding: the pieces of the snapshot before, and its ports and blocks.
        self._last: dict[str, tuple[list[bytes], array[int], array[int]]] = {}

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
        ports, blocks = seen
        self._polls.append((poll, name, line, len(ports)))
        self._seen_ports.extend(ports)
        self._seen_blocks.extend(blocks)
        return None

    def _quick(self, content: bytes) -> tuple[array[int], array[int]] | None:
        """The port and the block of each mode of each port; None if the snapshot is not exactly as CBP writes it."""
        start = _START.match(content)
        if not start or start[1] not in ENCODINGS:
            return None
        encoding = ENCODINGS[start[1]]
        # Cut before the lanes of each mode: a piece is a mode, that of a port's last one with the head of the next port.
        pieces = content.split(_OPEN)
        last = len(pieces) - 1
        if last % len(MODES):
            return None
        # The ports come in the same order each time, and most of their modes are as they were.
        before, ports, blocks = self._last.pop(encoding, ([], array("i"), array("i")))
        again = len(before) == len(pieces)
        none = array("i", [-1]) * last
        ports, blocks = (ports[:], blocks[:]) if again else (none, none[:])

        # Piece n holds what stands at n - 1 in the lists of modes, piece 0 the head of the snapshot.
        heads, known = self._heads[encoding], self._known.setdefault(encoding, ({}, {}, {}))
        changed: Iterable[int] = compress(count(), map(ne, pieces, before)) if again else range(len(pieces))
        for place in changed:
            piece = pieces[place]
            mode = (place - 1) % len(MODES)
            if mode == PEDESTRIAN:
                cut = piece.find(_PORT_END) + len(_PORT_END) if place else piece.find(_PORT)
                piece, head = piece[:cut], piece[cut:]
                if place == last:
                    if head != _END:
                        return None
                else:
                    port = heads.get(head)
                    if port is None and (port := self._head(head, encoding)) is None:
                        return None
                    if port != ports[place]:
                        if again and min(port, ports[place]) < 0:  # a port of another border, or no longer
                            return self._quick(content)
                        ports[place : place + len(MODES)] = array("i", [port]) * len(MODES)
                if not place:
                    continue
            if ports[place - 1] < 0:
                if mode != PEDESTRIAN and not piece.endswith(_ENDS[mode]):
                    return None  # a port with fewer modes: the next one's would be taken for its own
                continue
            block = known[mode].get(piece)
            if block is None and (block := self._block(piece, mode, encoding)) is None:
                return None
            blocks[place - 1] = block
        self._last[encoding] = (pieces, ports, blocks)
        return ports, blocks

    def _head(self, head: bytes, encoding: str) -> int | None:
        """The number of the port that a new head is of; None if it is not exactly as CBP writes it."""
        heads = self._heads[encoding]
        undated = _DATE.sub(b"<date></date>", head)  # the same on all other days
        port = heads.get(undated)
        if port is None:
            found = _HEAD.fullmatch(undated)
            try:
                undated.decode(encoding)
            except UnicodeDecodeError:
                return None
            if not found:
                return None
            texts = {name: text.decode(encoding).strip() for name, text in _HEAD_FIELD.findall(undated)}
            own = Port(*(texts.get(name, "") for name in PORT_FIELDS))
            port = heads[undated] = self._port_index(own)
        heads[head] = port
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
        for opening, fields in zip(lanes[::2], lanes[1::2], strict=True):
            key = opening + fields
            number = known.get(key)
            if number is None:
                lane = _lane(key, encoding)
                if lane is None:
                    return None
                number = known[key] = len(self._lanes)
                self._lanes.append(lane)
            numbers.append(number)
        block = self._known[encoding][place][piece] = self._keep(f"{closing[2:].decode()}_lanes", built, numbers)
        return block

    def _keep(self, mode: str, maximum: str, lanes: Sequence[int]) -> int:
        """Note a block; `lanes` are places in the list of lanes."""
        self._blocks.append((mode, maximum.strip(), len(lanes)))
        self._block_lanes.extend(lanes)
        return len(self._blocks) - 1

    def _slow(self, tree: ET.Element) -> tuple[array[int], array[int]]:
        """As `_quick`, from a document."""
        ports, blocks = array("i"), array("i")
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
                ports.append(index)
                blocks.append(self._keep(mode.tag, maximum, range(first, len(self._lanes))))
        return ports, blocks

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
        own = compact(ports.good(), self.catalog)
        # The modes of a port stand together.
        port, poll = pl.col("port"), pl.col("poll")
        answers = seen.filter(port.ne_missing(port.shift()) | poll.ne_missing(poll.shift()))
        answers = answers.select("port", polls["fetched_at"].gather(answers["poll"])).join(own, on="port")
        seen = seen.with_columns(polls["fetched_at"].gather(seen["poll"])).join(own, on="port").drop("poll")
        return to_rows(self._frames(seen, lanes), self.catalog, rejected, answers)

    def _frames(self, seen: pl.DataFrame, lanes: Lanes) -> Iterator[pl.DataFrame]:
        """The lanes in each poll, a part at a time.

        Half of all lanes are not offered; of these one poll a day counts.
        """
        offered = pl.col("state") != "not_offered"
        kinds = list(compact(lanes.good(), self.catalog).group_by(offered.alias("offered"), maintain_order=True))
        for zone, crossings in zones(seen["crossing"], self.catalog).items():
            here = seen.filter(pl.col("crossing").is_in(crossings))
            for (offers,), part in kinds:
                polled = here if offers else once_a_day(here, ("port", "block"), zone)
                yield polled.join(part, on="block").drop("block", "port")

    def _table(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The polls, and which block was seen at which port in which of them."""
        schema = {"fetched_at": TIME, "member": pl.String(), "line": pl.Int64(), "pairs": pl.Int64()}
        polls = pl.DataFrame(self._polls, schema=schema, orient="row")
        polls = polls.with_columns(poll=pl.int_range(pl.len(), dtype=pl.Int32))
        ports, blocks = (pl.Series(pairs, dtype=pl.Int32) for pairs in (self._seen_ports, self._seen_blocks))
        seen = pl.DataFrame({"port": ports, "block": blocks})
        repeated = polls.select(pl.col("poll").repeat_by("pairs").explode()).to_series().drop_nulls()
        return polls.drop("pairs"), seen.with_columns(poll=repeated).filter(pl.col("port") >= 0)

    def _lane_table(self) -> pl.DataFrame:
        """The lanes of each block, as text."""
        blocks = pl.DataFrame(
            self._blocks, schema={"mode": pl.String, "maximum_lanes": pl.String, "lanes": pl.Int64}, orient="row"
        ).with_columns(block=pl.int_range(pl.len(), dtype=pl.Int32))
        lanes = pl.DataFrame(self._lanes, schema=dict.fromkeys(Lane._fields, pl.String), orient="row")
        block = blocks.select(pl.col("block").repeat_by("lanes").explode()).to_series().drop_nulls()
        own = blocks.select("block", "mode", "maximum_lanes")[block]
        return _numbered(pl.concat([own, lanes[pl.Series(self._block_lanes, dtype=pl.Int32)]], how="horizontal"))


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


def _lane(written: bytes, encoding: str) -> Lane | None:
    """A class of lanes from ``<standard<update_time>…</lanes_open></standard``; None if it is not as CBP writes it."""
    try:
        found = _LANE.fullmatch(written.decode(encoding))
    except UnicodeDecodeError:
        return None
    if not found or (found[2] is None) == (found[4] is None):  # one label
        return None
    name, first, status, label, minutes, lanes_open = found.groups()
    return Lane(f"{name}_lanes", status.strip(), (label or first or "").strip(), minutes.strip(), lanes_open.strip())


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
