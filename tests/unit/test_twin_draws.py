"""The draws of the twin: uniform, independent of order, and each law as it should be."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import gamma, kstest, lognorm, norm

from ambos.crossing.kernel import draws
from ambos.model.crossing import Law
from twin_reference import officer_pace

N = 20_000
NOTHING = np.empty(0)


def test_a_draw_belongs_to_its_traveller_and_purpose() -> None:
    seen = {
        draws.uniform(seed, replication, stream, number, purpose, index)
        for seed in (0, 1, 2**62)
        for replication in (0, 1)
        for stream in (0, 1, draws.OFFICERS)
        for number in (0, 1, 2**40)
        for purpose in (draws.ARRIVAL, draws.PRIMARY, draws.STOP + draws.MOST_AFTER)
        for index in (0, 1, 2)
    }
    assert len(seen) == 3 * 2 * 3 * 3 * 3 * 3
    assert all(0 < u < 1 for u in seen)
    assert draws.uniform(1, 2, 3, 4, 5) == draws.keyed(draws.stream_key(1, 2, 3), 4, 5, 0)


def test_purposes_do_not_overlap() -> None:
    single = {draws.ARRIVAL, draws.BATCH, draws.CHOICE, draws.PATIENCE, draws.PRIMARY, draws.REFERRAL, draws.OFFICER}
    after = {draws.AFTER + k for k in range(draws.MOST_AFTER)}
    stops = {draws.STOP + k for k in range(draws.MOST_AFTER + 1)}
    assert len(single | after | stops) == len(single) + len(after) + len(stops)
    assert max(single | after | stops) < 256


def test_draws_are_uniform_and_do_not_hang_together() -> None:
    u = np.array([draws.uniform(7, 0, 0, n, draws.PRIMARY) for n in range(N)])
    v = np.array([draws.uniform(7, 0, 0, n, draws.CHOICE) for n in range(N)])
    w = np.array([draws.uniform(7, r, 0, 0, draws.PRIMARY) for r in range(N)])
    for sample in (u, v, w):
        assert kstest(sample, "uniform").pvalue > 0.001
    limit = 4 / math.sqrt(N)
    assert abs(np.corrcoef(u, v)[0, 1]) < limit
    assert abs(np.corrcoef(u, w)[0, 1]) < limit
    assert abs(np.corrcoef(u[1:], u[:-1])[0, 1]) < limit
    pairs, _, _ = np.histogram2d(u[1:], u[:-1], bins=10, range=((0, 1), (0, 1)))
    assert ((pairs - N / 100) ** 2 / (N / 100)).sum() < 99 + 5 * math.sqrt(2 * 99)


def test_the_normal_quantile_is_exact_to_twelve_digits() -> None:
    p = np.concatenate((np.logspace(-15.9, -1, 500), np.linspace(0.01, 0.99, 500), 1 - np.logspace(-15, -1, 500)))
    found = np.array([draws.normal_quantile(x) for x in p])
    np.testing.assert_allclose(found, norm.ppf(p), rtol=1e-12, atol=1e-14)
    assert math.isfinite(draws.normal_quantile(2.0**-53)) and math.isfinite(draws.normal_quantile(1 - 2.0**-53))


LAWS = [
    (Law("exponential", 2.0), gamma(1, scale=2.0)),
    (Law("erlang", 3.0, phases=4), gamma(4, scale=0.75)),
    (Law("gamma", 3.0, cv2=0.25), gamma(4, scale=0.75)),
    (Law("gamma", 1.5, cv2=4.0), gamma(0.25, scale=6.0)),
    (Law("lognormal", 2.0, cv2=2.0), lognorm(math.sqrt(math.log(3)), scale=2.0 / math.sqrt(3))),
]


@pytest.mark.parametrize(("law", "exact"), LAWS)
def test_draws_of_a_law_are_distributed_by_it(law: Law, exact: object) -> None:
    key = draws.stream_key(3, 1, 4)
    sample = np.array([draws.draw_law(key, n, draws.PRIMARY, *draws.law_numbers(law), NOTHING) for n in range(N)])
    assert kstest(sample, exact.cdf).pvalue > 0.001  # type: ignore[attr-defined]
    assert sample.mean() == pytest.approx(law.mean, abs=5 * sample.std() / math.sqrt(N))
    assert draws.law_mean(law) == law.mean


def test_means_of_simple_laws_are_those_of_their_draws() -> None:
    key = draws.stream_key(3, 1, 4)
    observed = Law("empirical", sample=(1.0, 2.0, 6.0))
    assert draws.law_mean(observed) == 3.0
    sample = [
        draws.draw_law(key, n, draws.PRIMARY, *draws.law_numbers(observed), np.array(observed.sample))
        for n in range(3000)
    ]
    assert set(sample) == {1.0, 2.0, 6.0}
    assert abs(sample.count(6.0) - 1000) < 130
    for law in (Law("deterministic", 4.0), Law("gamma", 4.0, cv2=0.0), Law("lognormal", 4.0, cv2=0.0)):
        assert draws.draw_law(key, 0, draws.PRIMARY, *draws.law_numbers(law), NOTHING) == 4.0
    assert draws.law_mean(Law("deterministic", 1.0, minimum=1.5)) == 1.5


def test_the_pace_of_officers_is_gamma_distributed() -> None:
    assert officer_pace(1, 1, 1, 0.0) == 1.0
    paces = np.array([officer_pace(1, r, 0, 0.04) for r in range(N)])
    assert kstest(paces, gamma(25, scale=0.04).cdf).pvalue > 0.001


def test_unit_exponentials_are_logarithms_to_the_last_place() -> None:
    drawn = np.empty(4096)
    draws.exponentials(draws.stream_key(3, 5, 1), 64, draws.PRIMARY, drawn)
    uniform = np.array([draws.uniform(3, 5, 1, 64 + n, draws.PRIMARY) for n in range(len(drawn))])
    ends = np.array([2.0**-53, 2.0**-52 + 2.0**-53, math.sqrt(0.5), 0.5, 0.25, 1 - 2.0**-52 - 2.0**-53, 1 - 2.0**-53])
    for given, wanted in ((drawn, -np.log(uniform)), ([draws.exponential(u) for u in ends], -np.log(ends))):
        assert (np.abs(given - wanted) <= np.spacing(wanted)).all()


def test_arrivals_follow_the_rate_of_their_hour() -> None:
    total, gap, width = draws.rate_table((60.0, 0.0, 120.0), (0.5, 0.5), 180.0)
    assert width == 60.0
    np.testing.assert_allclose(gap, [1.5, math.inf, 0.75])
    np.testing.assert_allclose(total, [0, 40, 40, 120])
    assert draws.next_time(20.0, 0, total, gap, width) == (30.0, 0)
    assert draws.next_time(40.0, 0, total, gap, width)[0] == 60.0
    assert draws.next_time(60.0, 0, total, gap, width) == (135.0, 2)
    assert draws.next_time(120.5, 0, total, gap, width)[0] == math.inf
    chances = np.array([0.5, 0.0, 0.5])
    assert [draws.batch_size(u, chances) for u in (0.25, 0.5, 0.75, 1.0)] == [1, 1, 3, 3]
