"""Whatever happens: no score lost, none twice, none wrong. ``nox -s faults`` injects all, ``nox -s tests`` some."""

import os
import runpy
from collections import Counter
from pathlib import Path

import pytest

HERE = Path(__file__).parent
injections = runpy.run_path(str(HERE / "faults" / "injections.py"), run_name="injections")
stage = runpy.run_path(str(HERE / "faults" / "stage.py"))
WHOLE = "BRAINSCORE_ALL_FAULTS" in os.environ
PROMISED = 200
"""Injections of the whole suite."""
KINDS = injections["kinds"]()
TRIALS = [
    pytest.param(name, seed, id=f"{name}-{seed}")
    for name, kind in KINDS.items()
    for seed in range(kind.trials if WHOLE else 1)
]


@pytest.fixture(scope="module")
def injected():
    """How many of each kind, in the trials of this run."""
    return Counter()


@pytest.mark.parametrize(("name", "seed"), TRIALS)
def test_nothing_is_lost_twice_or_wrong(name, seed, home, site, injected):
    with stage["empty_database"](home) as url:
        report = injections["inject"](name, injections["Scene"](home, url, site, seed), WHOLE)
    assert report.audit.lost == [] and report.audit.twice == [] and report.audit.wrong == []
    assert 0 < report.injected <= KINDS[name].each and report.audit.scores > 0
    injected[name] += report.injected


def test_enough_is_planned():
    """On SQLite alone; with a server, one kind more."""
    assert sum(kind.trials * kind.each for kind in injections["KINDS"].values()) >= 1.2 * PROMISED


@pytest.mark.skipif(not WHOLE, reason="nox -s faults injects all")
def test_enough_was_injected(injected):
    """Counted by what happened: a campaign that ends before it is killed was not killed."""
    assert injected.keys() == KINDS.keys() and sum(injected.values()) >= PROMISED
