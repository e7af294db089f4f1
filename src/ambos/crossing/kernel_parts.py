"""Parts of the kernel: bit sets, the tree of booths, heaps, queues, and what is counted.

Every function gets the whole `World` (see `ambos.crossing.arrays`); travellers, lines, queues, booths and stations are indices.
"""

from __future__ import annotations

import numpy as np

from ambos.crossing.arrays import World
from ambos.crossing.compiled import compiled
from ambos.crossing.totals import BIN, BINS

#: What a booth is doing.
EMPTY, SERVING, HELD, BLOCKED = range(4)
#: Places in the last axis of `World.counts`, as in `ambos.crossing.totals.COUNTS`.
ARRIVED, SERVED, BALKED, RENEGED, DIVERTED, TURNED_AWAY, LEFT = range(7)
#: Fates in a trace.
FATE_SERVED, FATE_BALKED, FATE_RENEGED, FATE_TURNED_AWAY, FATE_LEFT = range(5)
#: Columns of the trace.
AT_ARRIVED, AT_STARTED, AT_DONE, AT_LEFT, AT_EXITED, AT_WAIT = range(6)
OF_STREAM, OF_NUMBER, OF_LINE, OF_DIVERTED, OF_BOOTH, OF_FATE = range(6)

_ONE = np.uint64(1)
_S58 = np.uint64(58)
_DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)  # each six consecutive bits differ: tells which single bit is set
_PLACE = np.zeros(64, np.uint8)
for _bit in range(64):
    _PLACE[((int(_DE_BRUIJN) << _bit) & (2**64 - 1)) >> 58] = _bit


@compiled
def lowest_bit(word: np.uint64) -> int:
    """The place of the lowest bit that is set; `word` is not 0."""
    alone = word & (~word + _ONE)
    return np.int64(_PLACE[np.int64((alone * _DE_BRUIJN) >> _S58)])


# -- the tree of booths: leaf b holds the time at which booth b completes, every node the least below it ------------
@compiled
def tree_set(w: World, b: int, time: float) -> None:
    """Booth `b` completes at `time`."""
    tree = w.tree
    node = (len(tree) >> 1) + b
    tree[node] = time
    while node > 1:
        other = tree[node ^ 1]
        time = min(time, other)
        node >>= 1
        tree[node] = time


@compiled
def tree_first(w: World) -> int:
    """The booth that completes first, the first in the list of booths if several do."""
    tree = w.tree
    half = len(tree) >> 1
    node = 1
    while node < half:
        node <<= 1
        node += np.int64(tree[node] > tree[node + 1])
    return node - half


# -- heaps ------------------------------------------------------------------------------------------------------
@compiled
def _before(heap, i, j):  # type: ignore[no-untyped-def]
    if heap[i].time != heap[j].time:
        return heap[i].time < heap[j].time
    if heap[i].first != heap[j].first:
        return heap[i].first < heap[j].first
    return heap[i].second < heap[j].second


@compiled
def _swap(heap, i, j):  # type: ignore[no-untyped-def]
    time, first, second, who = heap[i].time, heap[i].first, heap[i].second, heap[i].who
    heap[i].time, heap[i].first, heap[i].second, heap[i].who = heap[j].time, heap[j].first, heap[j].second, heap[j].who
    heap[j].time, heap[j].first, heap[j].second, heap[j].who = time, first, second, who


@compiled
def heap_push(heap, size, time, first, second, who):  # type: ignore[no-untyped-def]
    """Add an event to a heap of `size` events, ordered by time, first, second."""
    heap[size].time, heap[size].first, heap[size].second, heap[size].who = time, first, second, who
    i = size
    while i > 0 and _before(heap, i, (i - 1) >> 1):
        _swap(heap, i, (i - 1) >> 1)
        i = (i - 1) >> 1


@compiled
def heap_pop(heap, size):  # type: ignore[no-untyped-def]
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
@compiled
def flush(w: World, l: int, now: float) -> None:
    """Book the time since the number standing in a line last changed."""
    line = w.lines[l]
    if now > line.last:
        line.area += line.standing * (now - line.last)
        line.peak = max(line.peak, line.standing)
        line.last = now


@compiled
def put(w: World, q: int, i: int, at_head: bool) -> None:
    """Put a traveller at the end (or the head) of a queue."""
    queue = w.queues[q]
    t = w.travellers[i]
    t.queue = q
    if queue.waiting == 0:
        queue.head = i
        queue.tail = i
        t.next = -1
        t.previous = -1
    elif at_head:
        t.next = queue.head
        t.previous = -1
        w.travellers[queue.head].previous = i
        queue.head = i
    else:
        t.next = -1
        t.previous = queue.tail
        w.travellers[queue.tail].next = i
        queue.tail = i
    queue.waiting += 1


@compiled
def take_out(w: World, i: int) -> None:
    """Take a traveller out of its queue, wherever it stands."""
    t = w.travellers[i]
    queue = w.queues[t.queue]
    if t.previous < 0:
        queue.head = t.next
    else:
        w.travellers[t.previous].next = t.next
    if t.next < 0:
        queue.tail = t.previous
    else:
        w.travellers[t.next].previous = t.previous
    queue.waiting -= 1
    t.queue = -1


@compiled
def stand(w: World, i: int, l: int, q: int, at_head: bool, now: float) -> None:
    """A traveller begins to stand in line `l`, in queue `q`."""
    flush(w, l, now)
    w.lines[l].standing += 1
    w.travellers[i].stands = l
    w.travellers[i].since = now
    put(w, q, i, at_head)


@compiled
def step_out(w: World, i: int, now: float) -> None:
    """A traveller stops standing in line."""
    t = w.travellers[i]
    flush(w, t.stands, now)
    w.lines[t.stands].standing -= 1
    t.wait += now - t.since
    t.stands = -1
    take_out(w, i)


# -- who is there -----------------------------------------------------------------------------------------------
@compiled
def release(w: World, i: int) -> None:
    """The record of a traveller who is gone may be used for another."""
    w.travellers[i].alive = 0
    w.travellers[i].next = w.facts[0].free
    w.facts[0].free = i


@compiled
def record_wait(w: World, i: int, histogram_by_hour: np.ndarray) -> None:  # type: ignore[type-arg]
    """Book the wait of primary, under the hour of arrival."""
    t = w.travellers[i]
    hour = int(t.arrived / 60.0)
    sums = w.hours[t.line, hour]
    wait = t.wait
    sums.n += 1
    sums.sum += wait
    sums.over_30 += wait > 30.0
    sums.over_60 += wait > 60.0
    histogram_by_hour[t.line, hour, min(int(wait / BIN), BINS - 1)] += 1


@compiled
def record_stage(w: World, l: int, stage: int, wait: float, histogram: np.ndarray) -> None:  # type: ignore[type-arg]
    """Book a wait at a station, or (last stage) the time of the whole crossing."""
    sums = w.stages[l, stage]
    sums.n += 1
    sums.sum += wait
    sums.over_30 += wait > 30.0
    sums.over_60 += wait > 60.0
    histogram[l, stage, min(int(wait / BIN), BINS - 1)] += 1
