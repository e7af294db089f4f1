"""The random numbers of the twin: each belongs to one traveller and one purpose, whatever else happens.

``uniform(seed, replication, stream, number, purpose, index)`` hashes its arguments (the finaliser of SplitMix64,
constants of Steele, Lea and Flood 2014 and Stafford's variant 13), so that a draw needs no state and two scenarios see
the same travellers. `stream` is the place in the scenario's tuple. What is drawn for what:

=============  ==========================================  ==========================================================
purpose        number                                      what
=============  ==========================================  ==========================================================
`ARRIVAL`      of the batch in its stream, from 0          exponential step of operational time to this batch
`BATCH`        of the batch in its stream, from 0          its size
`CHOICE`       of the traveller in its stream, from 0      the logit among options, also when it is diverted
`PATIENCE`     of the traveller                            exponential time it stands in line before it leaves
`PRIMARY`      of the traveller                            service in the booth
`REFERRAL`     of the traveller                            which of the line's `referrals`, if any
`AFTER` + k    of the traveller                            whether it passes the k-th of the line's `after`, k from 0
`STOP`         of the traveller                            service at the station of its referral
`STOP` + 1 + k of the traveller                            service at the k-th of `after`
`OFFICER`      of the booth; the stream is `OFFICERS`      the day's pace of the booth's officer
=============  ==========================================  ==========================================================

Travellers are numbered from 0 in the order of arrival in their stream: first `initial`, then batch by batch. A law that needs
several uniforms for one service takes `index` 0, 1, 2, …; all else has index 0.

**Arrivals of rates.** ``rate_table`` gives, in this order of operations, for the K steps of `rates`: width = length / K;
mean = Σ (k + 1) × batch[k], added in order; rate[k] = rates[k] / 60 / mean; gap[k] = 1 / rate[k]; total[0] = 0;
total[k + 1] = total[k] + rate[k] × width.
The i-th batch comes at s = s + e(i), where s starts at 0 and e(i) = −log u(ARRIVAL, i): with k the first step with total[k + 1] ≥ s,
t = min(k × width + (s − total[k]) × gap[k], (k + 1) × width). The first t ≥ length, or s beyond the last total, ends the stream.
``next_time`` does this.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ambos.crossing.kernel.compiled import compiled, inlined
from ambos.model.crossing import Law

Floats = NDArray[np.float64]

ARRIVAL = 0
BATCH = 1
CHOICE = 2
PATIENCE = 3
PRIMARY = 4
REFERRAL = 5
OFFICER = 6
AFTER = 16
STOP = 64
#: The most stations that a line may have in `after`.
MOST_AFTER = 32
#: Stands in for a stream in the draws of officers.
OFFICERS = 2**31

DETERMINISTIC, EXPONENTIAL, ERLANG, GAMMA, LOGNORMAL, EMPIRICAL = range(6)
_LAWS = ("deterministic", "exponential", "erlang", "gamma", "lognormal", "empirical")

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # 2^64 ÷ golden ratio, odd
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S12, _S8 = (np.uint64(n) for n in (30, 27, 31, 12, 8))
_UNIT = 2.0**-52
_HALF = 2.0**-53
_S52 = np.int64(52)
_FRACTION = np.int64(2**52 - 1)
_ROOT_HALF = np.float64(math.sqrt(0.5)).view(np.int64)
_HIGH_LOG_2, _LOW_LOG_2 = 6.93147180369123816490e-01, 1.90821492927058770002e-10  # the first with zeros at its end


@inlined
def mix(x: np.uint64) -> np.uint64:
    """Scatter the bits of a 64-bit number; one to one."""
    x = (x ^ (x >> _S30)) * _MIX_1
    x = (x ^ (x >> _S27)) * _MIX_2
    return x ^ (x >> _S31)


@compiled
def stream_key(seed: int, replication: int, stream: int) -> int:
    """The key from which all draws of a stream in a replication are made: 64 bits, signed, so that Python can hand it on."""
    key = mix(np.uint64(seed) + _GOLDEN)
    key = mix(key + _GOLDEN * np.uint64(replication + 1))
    return np.int64(mix(key + _GOLDEN * np.uint64(stream + 1)))  # type: ignore[return-value]


@compiled
def exponentials(key: int, first: int, purpose: int, out: Floats) -> None:
    """Unit exponentials for as many numbers as there is room, from `first` on: several at a time, which is far quicker."""
    for k in range(len(out)):
        out[k] = exponential(keyed(key, first + k, purpose, 0))


@inlined
def keyed(key: int, number: int, purpose: int, index: int) -> float:
    """A uniform draw in the open interval 0 to 1, of a stream's key. `number` below 2^55, `purpose` below 256.

    52 bits, centred in their cells: the least is 2^−53 and the greatest 1 − 2^−53, both exact.
    """
    bits = mix(np.uint64(key) + _GOLDEN * ((np.uint64(number) << _S8) | np.uint64(purpose)))
    if index > 0:
        bits = mix(bits + _GOLDEN * np.uint64(index))
    return np.float64(bits >> _S12) * _UNIT + _HALF


@compiled
def uniform(seed: int, replication: int, stream: int, number: int, purpose: int, index: int = 0) -> float:
    """The uniform draw of one traveller (or batch, or booth) for one purpose; see the table above."""
    return keyed(stream_key(seed, replication, stream), number, purpose, index)


@inlined
def exponential(u: float) -> float:
    """−log(u) for 0 < u < 1, to one unit in the last place.

    In line, which takes half the time of a call of the mathematical library. With u = 2^k × m and m between √½ and √2,
    log m is a series in s = (m − 1) ÷ (m + 1) (FreeBSD's ``e_log.c``, Sun Microsystems 1993: method, coefficients, bound).
    """
    bits = np.float64(u).view(np.int64) - _ROOT_HALF
    k = np.float64(bits >> _S52)
    f = np.int64((bits & _FRACTION) + _ROOT_HALF).view(np.float64) - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    odd = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    even = z * (
        6.666666666666735130e-01
        + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01))
    )
    half = 0.5 * f * f
    return (half - (s * (half + odd + even) + k * _LOW_LOG_2) - f) - k * _HIGH_LOG_2


# -- laws -------------------------------------------------------------------------------------------------------
@compiled
def normal_quantile(p: float) -> float:
    """The inverse of the standard normal distribution function, to about 1e-16 (Wichura 1988, AS 241, PPND16)."""
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = (
            (((((2.5090809287301226727e3 * r + 3.3430575583588128105e4) * r + 6.7265770927008700853e4) * r
                + 4.5921953931549871457e4) * r + 1.3731693765509461125e4) * r + 1.9715909503065514427e3) * r
            + 1.3314166789178437745e2
        ) * r + 3.3871328727963666080e0  # fmt: skip
        low = (
            (((((5.2264952788528545610e3 * r + 2.8729085735721942674e4) * r + 3.9307895800092710610e4) * r
                + 2.1213794301586595867e4) * r + 5.3941960214247511077e3) * r + 6.8718700749205790830e2) * r
            + 4.2313330701600911252e1
        ) * r + 1.0  # fmt: skip
        return q * top / low
    r = math.sqrt(-math.log(p if q < 0.0 else 1.0 - p))
    if r <= 5.0:
        r -= 1.6
        top = (
            (((((7.74545014278341407640e-4 * r + 2.27238449892691845833e-2) * r + 2.41780725177450611770e-1) * r
                + 1.27045825245236838258e0) * r + 3.64784832476320460504e0) * r + 5.76949722146069140550e0) * r
            + 4.63033784615654529590e0
        ) * r + 1.42343711074968357734e0  # fmt: skip
        low = (
            (((((1.05075007164441684324e-9 * r + 5.47593808499534494600e-4) * r + 1.51986665636164571966e-2) * r
                + 1.48103976427480074590e-1) * r + 6.89767334985100004550e-1) * r + 1.67638483018380384940e0) * r
            + 2.05319162663775882187e0
        ) * r + 1.0  # fmt: skip
    else:
        r -= 5.0
        top = (
            (((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 1.24266094738807843860e-3) * r
                + 2.65321895265761230930e-2) * r + 2.96560571828504891230e-1) * r + 1.78482653991729133580e0) * r
            + 5.46378491116411436990e0
        ) * r + 6.65790464350110377720e0  # fmt: skip
        low = (
            (((((2.04426310338993978564e-15 * r + 1.42151175831644588870e-7) * r + 1.84631831751005468180e-5) * r
                + 7.86869131145613259100e-4) * r + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1) * r
            + 5.99832206555887937690e-1
        ) * r + 1.0  # fmt: skip
    return -top / low if q < 0.0 else top / low


@compiled
def gamma_draw(key: int, number: int, purpose: int, shape: float) -> float:
    """A gamma draw of scale 1 (Marsaglia and Tsang 2000).

    Index 0 is for the lift of shapes below 1; try number a takes its normal from index 2a + 1 and its uniform from 2a + 2.
    """
    lift = 1.0
    if shape < 1.0:
        lift = keyed(key, number, purpose, 0) ** (1.0 / shape)
        shape += 1.0
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    index = 1
    while True:
        x = normal_quantile(keyed(key, number, purpose, index))
        v = 1.0 + c * x
        if v > 0.0:
            v = v * v * v
            if math.log(keyed(key, number, purpose, index + 1)) < 0.5 * x * x + d - d * v + d * math.log(v):
                return d * v * lift
        index += 2


@inlined
def draw_formula(key: int, number: int, purpose: int, kind: int, first: float, second: float) -> float:
    """Minutes of one service of any law but the empirical, as `draw_law`."""
    if kind == EXPONENTIAL:
        return exponential(keyed(key, number, purpose, 0)) * first
    if kind == LOGNORMAL:
        return math.exp(first + second * normal_quantile(keyed(key, number, purpose, 0)))
    if kind == DETERMINISTIC:
        return first
    if kind == ERLANG:
        total = 0.0
        for index in range(int(second)):
            total += exponential(keyed(key, number, purpose, index))
        return total * first
    return gamma_draw(key, number, purpose, first) * second


@compiled
def sample_place(key: int, number: int, purpose: int, samples: int) -> int:
    """Which of the observed services an empirical draw is."""
    return min(int(keyed(key, number, purpose, 0) * samples), samples - 1)


@compiled
def draw_law(key: int, number: int, purpose: int, kind: int, first: float, second: float, sample: Floats) -> float:
    """Minutes of one service, of a stream's key, before `minimum` and pace; `kind`, `first` and `second` as of `law_numbers`."""
    if kind == EMPIRICAL:
        return float(sample[sample_place(key, number, purpose, len(sample))])
    return draw_formula(key, number, purpose, kind, first, second)


def law_numbers(law: Law) -> tuple[int, float, float]:
    """A law as `draw_law` wants it: its kind and two numbers. Gamma and lognormal without variation are deterministic."""
    if law.name in ("gamma", "lognormal") and law.cv2 == 0.0:
        return DETERMINISTIC, law.mean, 0.0
    if law.name == "erlang":
        return ERLANG, law.mean / law.phases, float(law.phases)
    if law.name == "gamma":
        return GAMMA, 1.0 / law.cv2, law.mean * law.cv2
    if law.name == "lognormal":
        variance = math.log1p(law.cv2)
        return LOGNORMAL, math.log(law.mean) - 0.5 * variance, math.sqrt(variance)
    return _LAWS.index(law.name), law.mean, 0.0


def law_mean(law: Law) -> float:
    """The mean minutes that an expected wait is reckoned with: of the law (of its sample), at least its minimum."""
    mean = math.fsum(law.sample) / len(law.sample) if law.name == "empirical" else law.mean
    return max(mean, law.minimum)


# -- arrivals ---------------------------------------------------------------------------------------------------
def rate_table(rates: Sequence[float], batch: Sequence[float], length: float) -> tuple[Floats, Floats, float]:
    """Operational time: batches expected up to the end of each step (K + 1), minutes between them in it (K), its width."""
    width = length / len(rates)
    mean = 0.0
    for k, chance in enumerate(batch):
        mean += (k + 1) * chance
    total = np.zeros(len(rates) + 1)
    gap = np.full(len(rates), math.inf)
    for k, value in enumerate(rates):
        rate = value / 60.0 / mean
        total[k + 1] = total[k] + rate * width
        if rate > 0.0:
            gap[k] = 1.0 / rate
    return total, gap, width


@inlined
def next_time(s: float, step: int, total: Floats, gap: Floats, width: float) -> tuple[float, int]:
    """The clock time of operational time `s` and its step, searched from `step` on; infinite beyond the last."""
    while step < len(gap) and total[step + 1] < s:
        step += 1
    if step == len(gap):
        return math.inf, step
    return min(step * width + (s - total[step]) * gap[step], (step + 1) * width), step


@compiled
def batch_size(u: float, chances: Floats) -> int:
    """The first size whose cumulative chance, added in order, reaches `u`."""
    cumulative = 0.0
    for k in range(len(chances)):
        cumulative += chances[k]
        if cumulative >= u:
            return k + 1
    return len(chances)
