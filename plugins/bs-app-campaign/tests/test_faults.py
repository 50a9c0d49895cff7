"""Whatever happens: no score lost, none twice, none wrong. ``nox -s faults`` injects all, ``nox -s tests`` some."""

import os
import runpy
from pathlib import Path

import pytest

HERE = Path(__file__).parent
injections = runpy.run_path(str(HERE / "faults" / "injections.py"), run_name="injections")
stage = runpy.run_path(str(HERE / "faults" / "stage.py"))
WHOLE = "BRAINSCORE_ALL_FAULTS" in os.environ
TRIALS = [
    pytest.param(name, seed, id=f"{name}-{seed}")
    for name, (_, trials, _) in injections["KINDS"].items()
    for seed in range(trials if WHOLE else 1)
]


@pytest.mark.parametrize(("name", "seed"), TRIALS)
def test_nothing_is_lost_twice_or_wrong(name, seed, home, site):
    with stage["empty_database"](home) as url:
        report = injections["inject"](name, injections["Scene"](home, url, site, seed), WHOLE)
    assert report.audit.lost == [] and report.audit.twice == [] and report.audit.wrong == []
    assert report.injected > 0 and report.audit.scores > 0
