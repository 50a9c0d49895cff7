"""Sorting by packed integers is sorting."""

import numpy as np
import pytest

from bs_metric_rsa.ranking import average_ranks, sort_with_ties

LONG = 20_000


def values(kind, dtype):
    rng = np.random.default_rng(0)
    drawn = rng.standard_normal(LONG)
    made = {
        "distinct": drawn,
        "ties": np.round(drawn, 2),
        "nearly equal": 1 + np.arange(LONG)[rng.permutation(LONG)] % 500 * np.finfo(dtype).eps,
        "one apart": np.where(np.arange(LONG) == 7, 1e300 if dtype == np.float64 else 1e30, drawn),
        "signed zeros": np.where(drawn > 0, 0.0, -0.0) * 1,
        "tiny": drawn * (1e-310 if dtype == np.float64 else 1e-42),
        "huge": drawn / 5 * (1e308 if dtype == np.float64 else 1e38),
    }
    return made[kind].astype(dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", ["distinct", "ties", "nearly equal", "one apart", "signed zeros", "tiny", "huge"])
def test_order_and_runs_of_equal_values(kind, dtype):
    given = values(kind, dtype)
    order, starts = sort_with_ties(given)
    assert np.array_equal(np.sort(order), np.arange(LONG))
    ordered = given[order]
    assert (ordered[1:] >= ordered[:-1]).all()
    new = np.append(True, ordered[1:] != ordered[:-1])
    assert starts is None if new.all() else np.array_equal(starts, np.flatnonzero(new))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_ranks_are_scipys(dtype):
    stats = pytest.importorskip("scipy.stats")
    for kind in ("distinct", "ties", "nearly equal"):
        given = values(kind, dtype)
        assert np.array_equal(average_ranks(given), stats.rankdata(given))


def test_all_equal_and_empty():
    assert average_ranks(np.ones(LONG)).tolist() == [(LONG + 1) / 2] * LONG
    assert average_ranks(np.array([])).tolist() == []
