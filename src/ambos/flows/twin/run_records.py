"""A run as plain mappings: what ``--json`` prints and the data files hold. Nothing in them depends on the machine."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from ambos.crossing.compare import Comparison, Difference
from ambos.crossing.costs import sum_by_convention
from ambos.crossing.intervals import Estimate
from ambos.crossing.summary import PRIMARY, Wait
from ambos.flows.twin.reports import fit_record
from ambos.flows.twin.run_names import clock
from ambos.flows.twin.simulate import Run
from ambos.model.costs import HourValue

Record = dict[str, Any]
#: Decimals that are told; more would be noise.
_DIGITS = 6


def record(run: Run) -> Record:
    """Everything about a run.

    Returns
    -------
    dict
        ``simulated`` (True), ``name``, ``day``, ``seed``, ``replications``, ``version``, ``scenario_hash``, ``notes``
        and the lists ``results`` (class and stage), ``hourly``, ``outcomes``, ``queue``, ``booths``, ``crossings``,
        ``stations``, ``inspected``, and ``costs`` and ``emissions``. Counts are means per replication, waits minutes;
        null is what nobody experienced or what has no interval.
    """
    summary = run.summary
    return {
        **head(run),
        "results": results(run),
        "hourly": hourly(run),
        "outcomes": [
            {
                **_line(run, f.line),
                **{name: _round(value) for name, value in f.counts.items()},
                **_estimate("throughput_per_hour", f.throughput),
            }
            for f in summary.fates
        ],
        "queue": queue(run),
        "booths": [
            {
                "booth": b.booth,
                "crossing": b.crossing,
                **_estimate("open_min", b.open),
                **_estimate("busy_min", b.busy),
                **_estimate("blocked_min", b.blocked),
                **_estimate("utilisation", b.utilisation),
            }
            for b in summary.booths
        ],
        "crossings": [
            {
                "crossing": c.crossing,
                **_estimate("officer_hours", c.officer_hours),
                **_estimate("utilisation", c.utilisation),
                **_estimate("blocked_min", c.blocked),
            }
            for c in summary.crossings
        ],
        "stations": [
            {
                "station": s.station,
                "crossing": s.crossing,
                "staffed_hours": _round(s.staffed_hours),
                **_estimate("busy_hours", s.busy_hours),
                **_estimate("utilisation", s.utilisation),
                **_estimate("blocked_min", s.blocked),
            }
            for s in summary.stations
        ],
        "inspected": [
            {
                **_line(run, i.line),
                "station": i.station,
                "entered": _round(i.entered),
                **_estimate("share", i.share),
            }
            for i in summary.inspected
        ],
        "costs": {
            "delay": [
                {**_line(run, line), **_estimate("delay_hours", hours)} for line, hours in run.costs.delay_hours.items()
            ],
            "money": [
                {
                    **_line(run, m.line),
                    "convention": m.convention,
                    "usd_low": m.low,
                    "usd_high": m.high,
                    "ci95_low": m.ci_low,
                    "ci95_high": m.ci_high,
                    **_rate(m.rate),
                }
                for m in run.costs.money
            ],
            "total": [
                {"convention": name, "usd_low": low, "usd_high": high}
                for name, (low, high) in sum_by_convention(run.costs.money).items()
            ],
        },
        "emissions": [
            {
                **_line(run, b.line),
                "month": run.costs.month,
                "multiplier": b.multiplier,
                **_estimate("fuel_gal", b.fuel_gal),
                **_estimate("co2_kg", b.co2_kg),
                **_estimate("nox_g", b.nox_g),
                **_estimate("pm25_g", b.pm25_g),
                "rates_of": b.rate.date,
                "source": b.rate.source.record(),
                "prior": b.rate.prior,
            }
            for b in run.costs.burnt
        ],
    }


def head(run: Run) -> Record:
    """What a result must never be parted from."""
    return {
        "simulated": True,
        "name": run.scenario.name.record(),
        "day": run.day.isoformat() if run.day else None,
        "seed": run.summary.seed,
        "replications": run.summary.replications,
        "version": run.version,
        "scenario_hash": run.hash,
        "notes": [note.record() for note in run.notes],
    }


def results(run: Run) -> list[Record]:
    """One record per class and stage; that of primary has how far it lies from what is reported."""
    fits = {f.line.id: fit_record(f) for f in run.fits}
    nothing: Record = {key: None for fit in fits.values() for key in fit}
    return [
        {
            **_line(run, s.line),
            "stage": s.stage,
            "arrived": _round(s.arrived),
            "served": _round(s.served),
            **_wait(s.wait),
            **(fits[s.line] if s.stage == PRIMARY else nothing),
        }
        for s in run.summary.stages
    ]


def hourly(run: Run) -> list[Record]:
    """One record per class and hour of arrival, of primary."""
    return [{**_line(run, h.line), "hour": h.hour, **_wait(h.wait)} for h in run.summary.hourly]


def queue(run: Run) -> list[Record]:
    """One record per class and quarter-hour."""
    return [
        {
            **_line(run, q.line),
            "time": clock(q.start),
            "queue": _round(q.queue.mean),
            **_interval(q.queue),
            "p05": _round(q.low),
            "p95": _round(q.high),
            "most": q.most,
            "extent_m": _round(q.extent_m),
            "most_m": _round(q.most_m),
            "approach_m": _round(q.approach_m),
            "lanes": _round(q.lanes),
        }
        for q in run.summary.queue
    ]


def comparison_record(first: Run, second: Run, found: Comparison) -> Record:
    """Everything about a comparison; changes are B less A."""
    return {
        "simulated": True,
        "seed": found.seed,
        "replications": found.replications,
        "version": first.version,
        "a": head(first),
        "b": head(second),
        "results": [{**_difference(d), **_beside(d, first, second)} for d in found.stages],
        "hourly": [_difference(d) for d in found.hourly],
        "outcomes": [_difference(d) for d in found.counts],
        "officers": [_difference(d) for d in found.officers],
        "delay": [_difference(d) for d in found.delay],
        "costs": [
            {
                "line": c.line,
                "convention": c.convention,
                "usd_low": c.low,
                "usd_high": c.high,
                "ci95_low": c.ci_low,
                "ci95_high": c.ci_high,
                **_rate(c.rate),
            }
            for c in found.costs
        ],
    }


def _beside(d: Difference, first: Run, second: Run) -> Record:
    """Record the fit of a line's wait at primary to the reported one, in each scenario; minutes."""
    if d.stage != PRIMARY:
        return {}
    return {
        f"{side}_{key}": value
        for side, run in (("a", first), ("b", second))
        for fit in run.fits
        if fit.line.id == d.line
        for key, value in fit_record(fit).items()
    }


def _difference(d: Difference) -> Record:
    """A difference; a measure of the whole day has no hour, and only waits have a stage."""
    place = {"crossing": d.line} if d.what == "officer_hours" else {"line": d.line}
    where = {"stage": d.stage} if d.stage else {"what": d.what}
    when = {} if d.hour is None else {"hour": d.hour}
    return {
        **place,
        **where,
        **when,
        "a": _round(d.a),
        "b": _round(d.b),
        "change": _round(d.change.mean),
        **_interval(d.change),
        "clear": d.clear,
        **({"a_is_lower_bound": d.a_at_least, "b_is_lower_bound": d.b_at_least} if d.stage else {}),
    }


def _interval(estimate: Estimate) -> Record:
    return {
        "ci95_low": _round(estimate.low),
        "ci95_high": _round(estimate.high),
        "ci95_needs_replications": estimate.needed,
    }


def _wait(wait: Wait) -> Record:
    return {
        "measured": _round(wait.measured),
        "still_waiting": _round(wait.left),
        "mean_wait_min": _round(wait.mean.mean),
        **_interval(wait.mean),
        "mean_is_lower_bound": wait.mean.at_least,
        "p50_wait_min": _round(wait.p50.minutes),
        "p50_is_lower_bound": wait.p50.at_least,
        "p90_wait_min": _round(wait.p90.minutes),
        "p90_is_lower_bound": wait.p90.at_least,
        "p95_wait_min": _round(wait.p95.minutes),
        "p95_is_lower_bound": wait.p95.at_least,
        "share_over_30": _round(wait.over_30),
        "share_over_60": _round(wait.over_60),
    }


def _line(run: Run, name: str) -> Record:
    line = next(line for line in run.scenario.lines if line.id == name)
    return {"crossing": line.crossing, "mode": line.mode, "class": line.lane_class, "line": line.id}


def _estimate(name: str, estimate: Estimate) -> Record:
    return {name: _round(estimate.mean), **{f"{name}_{key}": value for key, value in _interval(estimate).items()}}


def _rate(rate: HourValue) -> Record:
    told = asdict(rate)
    kept = {k: told[k] for k in ("low", "high", "per", "price_year", "prior")}
    kept["usd_per_hour_low"], kept["usd_per_hour_high"] = kept.pop("low"), kept.pop("high")
    return {**kept, "source": rate.source.record()}


def _round(value: float | Decimal | None) -> float | int | None:
    """To six decimals; a whole number as such."""
    if value is None:
        return None
    short = round(float(value), _DIGITS)
    return int(short) if short.is_integer() else short
