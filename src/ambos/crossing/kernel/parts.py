"""Parts of the kernel: bit sets, the tree of booths, heaps, queues, and what is counted.

Every function gets the table of a replication (see `ambos.crossing.kernel.arrays`); travellers, lines, queues, booths and stations are indices.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ambos.crossing.kernel import arrays
from ambos.crossing.kernel.compiled import compiled, inlined
from ambos.crossing.kernel.memory import get_int, put_int, records
from ambos.crossing.kernel.totals import BINS, FIRST_DOUBLING, PER_DOUBLING

#: What a booth is doing.
EMPTY, SERVING, HELD, BLOCKED = range(4)
#: Fates in a trace.
FATE_SERVED, FATE_BALKED, FATE_RENEGED, FATE_TURNED_AWAY, FATE_LEFT = range(5)

# a record of each kind by its address and place
stream_at = records(arrays.STREAM)
option_at = records(arrays.OPTION)
line_at = records(arrays.LINE)
referral_at = records(arrays.REFERRAL)
booth_at = records(arrays.BOOTH)
station_at = records(arrays.STATION)
policy_at = records(arrays.POLICY)
queue_at = records(arrays.QUEUE)
traveller_at = records(arrays.TRAVELLER)
event_at = records(arrays.EVENT)
sums_at = records(arrays.SUMS)
quarter_at = records(arrays.QUARTER_HOUR)
trace_at = records(arrays.TRACE)
visit_at = records(arrays.VISIT)

# A wait's bin from its bits: the exponent and the first six bits of the fraction number the bins of all doublings.
_S46 = np.int64(52 - (PER_DOUBLING.bit_length() - 1))
_BEFORE_FIRST = np.int64((1023 + FIRST_DOUBLING) * PER_DOUBLING - 2)

#: The record of `ambos.crossing.kernel.arrays.TABLE`, as compiled code sees it.
Table = Any

_ONE = np.uint64(1)
_S58 = np.uint64(58)
_DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)  # each six consecutive bits differ: tells which single bit is set
_PLACE = np.zeros(64, np.uint8)
for _bit in range(64):
    _PLACE[((int(_DE_BRUIJN) << _bit) & (2**64 - 1)) >> 58] = _bit


@inlined
def lowest_bit(word: np.uint64) -> int:
    """The place of the lowest bit that is set; `word` is not 0."""
    alone = word & (~word + _ONE)
    return int(_PLACE[np.int64((alone * _DE_BRUIJN) >> _S58)])


# -- the tree of booths: leaf b holds the time at which booth b completes, every node the least below it ------------
@inlined
def tree_set(w: Table, b: int, time: float) -> None:
    """Booth `b` completes at `time`."""
    # times are not negative: their bits, as whole numbers, have their order, and are quicker to compare
    bits = np.float64(time).view(np.int64)
    node = w.leaves + b
    put_int(w.tree, node, bits)
    while node > 1:
        bits = min(bits, get_int(w.tree, node ^ 1))
        node >>= 1
        put_int(w.tree, node, bits)


@inlined
def tree_first(w: Table) -> int:
    """The booth that completes first, the first in the list of booths if several do."""
    node = 1
    time = get_int(w.tree, 1)
    below = w.leaves
    while below >= 4:  # two levels at a time
        node *= 4
        one = int(get_int(w.tree, node) != time)
        two = one & int(get_int(w.tree, node + 1) != time)
        node += one + two + (two & int(get_int(w.tree, node + 2) != time))
        below >>= 2
    if below == 2:
        node = 2 * node + int(get_int(w.tree, 2 * node) != time)
    return node - w.leaves


# -- heaps ------------------------------------------------------------------------------------------------------
@compiled
def _before(heap: int, i: int, j: int) -> bool:
    a = event_at(heap, i)
    b = event_at(heap, j)
    if a.time != b.time:
        return a.time < b.time
    if a.first != b.first:
        return a.first < b.first
    return a.second < b.second


@compiled
def _swap(heap: int, i: int, j: int) -> None:
    a = event_at(heap, i)
    b = event_at(heap, j)
    time, first, second, who = a.time, a.first, a.second, a.who
    a.time, a.first, a.second, a.who = b.time, b.first, b.second, b.who
    b.time, b.first, b.second, b.who = time, first, second, who


@compiled
def heap_push(heap: int, size: int, time: float, first: int, second: int, who: int) -> None:
    """Add an event to a heap of `size` events (at an address), ordered by time, first, second."""
    event = event_at(heap, size)
    event.time, event.first, event.second, event.who = time, first, second, who
    i = size
    while i > 0 and _before(heap, i, (i - 1) >> 1):
        _swap(heap, i, (i - 1) >> 1)
        i = (i - 1) >> 1


@compiled
def heap_pop(heap: int, size: int) -> None:
    """Take the first event of a heap of `size` events away; it is then at place `size` − 1."""
    size -= 1
    _swap(heap, 0, size)
    i = 0
    while 2 * i + 1 < size:
        child = 2 * i + 1
        if child + 1 < size and _before(heap, child + 1, child):
            child += 1
        if not _before(heap, child, i):
            break
        _swap(heap, i, child)
        i = child


# -- queues and lines -------------------------------------------------------------------------------------------
@inlined
def flush(w: Table, at: int, now: float) -> None:
    """Book the time since the number standing in a line last changed."""
    line = line_at(w.lines, at)
    if now > line.last:
        line.area += line.standing * (now - line.last)
        line.peak = max(line.peak, line.standing)
        line.last = now


@inlined
def put(w: Table, q: int, i: int, at_head: bool) -> None:
    """Put a traveller at the end (or the head) of a queue."""
    queue = queue_at(w.queues, q)
    t = traveller_at(w.travellers, i)
    t.queue = q
    if queue.waiting == 0:
        queue.head = i
        queue.tail = i
        t.next = -1
        t.previous = -1
    elif at_head:
        t.next = queue.head
        t.previous = -1
        traveller_at(w.travellers, queue.head).previous = i
        queue.head = i
    else:
        t.next = -1
        t.previous = queue.tail
        traveller_at(w.travellers, queue.tail).next = i
        queue.tail = i
    queue.waiting += 1


@inlined
def take_out(w: Table, i: int) -> None:
    """Take a traveller out of its queue, wherever it stands."""
    t = traveller_at(w.travellers, i)
    queue = queue_at(w.queues, t.queue)
    if t.previous < 0:
        queue.head = t.next
    else:
        traveller_at(w.travellers, t.previous).next = t.next
    if t.next < 0:
        queue.tail = t.previous
    else:
        traveller_at(w.travellers, t.next).previous = t.previous
    queue.waiting -= 1
    t.queue = -1


@inlined
def stand(w: Table, i: int, at: int, q: int, at_head: bool, now: float) -> None:
    """A traveller begins to stand in line `at`, in queue `q`."""
    flush(w, at, now)
    line_at(w.lines, at).standing += 1
    traveller_at(w.travellers, i).stands = at
    traveller_at(w.travellers, i).since = now
    put(w, q, i, at_head)


@inlined
def step_out(w: Table, i: int, now: float) -> None:
    """A traveller stops standing in line."""
    t = traveller_at(w.travellers, i)
    flush(w, t.stands, now)
    line_at(w.lines, t.stands).standing -= 1
    t.wait += now - t.since
    t.stands = -1
    take_out(w, i)


# -- waits ------------------------------------------------------------------------------------------------------
@inlined
def bin_of(wait: float) -> int:
    """The bin of a wait in minutes: its place in `ambos.crossing.kernel.totals.EDGES`."""
    place = int((np.float64(wait).view(np.int64) >> _S46) - _BEFORE_FIRST)
    return min(max(place, 1), BINS - 1) * int(wait > 0.0)


@inlined
def count_bin(histogram: int, row: int, wait: float) -> None:
    """Count a wait in a row of a histogram (at an address)."""
    place = row * BINS + bin_of(wait)
    put_int(histogram, place, get_int(histogram, place) + 1)


# -- who is there -----------------------------------------------------------------------------------------------
@inlined
def release(w: Table, i: int) -> None:
    """The record of a traveller who is gone may be used for another."""
    traveller_at(w.travellers, i).alive = 0
    traveller_at(w.travellers, i).next = w.free
    w.free = i


@inlined
def record_wait(w: Table, i: int) -> None:
    """Book the wait of primary, under the hour of arrival."""
    t = traveller_at(w.travellers, i)
    hour = t.line * w.n_hours + t.hour
    sums = sums_at(w.hours, hour)
    wait = t.wait
    sums.n += 1
    sums.sum += wait
    sums.over_30 += wait > 30.0
    sums.over_60 += wait > 60.0
    count_bin(w.by_hour, hour, wait)


@inlined
def record_stage(w: Table, at: int, stage: int, wait: float) -> None:
    """Book a wait at a station, or (last stage) the time of the whole crossing."""
    row = at * (w.n_stations + 2) + stage
    sums = sums_at(w.stages, row)
    sums.n += 1
    sums.sum += wait
    sums.over_30 += wait > 30.0
    sums.over_60 += wait > 60.0
    count_bin(w.by_stage, row, wait)


@compiled
def record_left(w: Table, i: int) -> None:
    """Book a traveller who is still there when the day ends: in the port, and in line if it stands in one."""
    t = traveller_at(w.travellers, i)
    line_at(w.lines, t.line).left += 1
    row = t.line * (w.n_stations + 2) + w.n_stations + 1
    add_left(sums_at(w.stages, row), w.left_by_stage, row, w.length - t.arrived)
    if t.stands >= 0:
        row = t.line * w.n_hours + t.hour
        add_left(sums_at(w.hours, row), w.left_by_hour, row, t.wait + (w.length - t.since))


@compiled
def add_left(sums: Any, histogram: int, row: int, wait: float) -> None:
    """Add a wait that the end of the day cut short."""
    sums.left += 1
    sums.left_sum += wait
    count_bin(histogram, row, wait)
