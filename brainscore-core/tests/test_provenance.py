"""What is written down of interpreter, libraries and resources."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import numpy as np

from brainscore_core.provenance import environment, peak_memory_mb, plugin, provenance


def test_versions_of_what_is_loaded_and_of_nothing_else():
    code = (
        "import json, numpy; from brainscore_core.provenance import environment;"
        "print(json.dumps(environment()['libraries']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["numpy"] == np.__version__
    assert set(json.loads(done.stdout)) == {"brainscore-core", "numpy"}


def test_environment_names_interpreter_and_platform():
    found = environment()
    assert found["python"] == sys.version.split()[0] and "-" in found["platform"]


def test_plugin_of_no_origin_has_no_distribution():
    assert plugin("mine", None) == {"identifier": "mine", "distribution": None, "version": None}
    assert plugin("x", ("bs-x", "1.0")) == {"identifier": "x", "distribution": "bs-x", "version": "1.0"}


def test_peak_memory_grows_with_use():
    before = peak_memory_mb()
    block = np.ones(int(before * 2**20 / 8) + 2**24)
    assert peak_memory_mb() > before + 64 and block.sum() > 0


def test_time_is_utc():
    started = datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    made = provenance({"model": 1}, started=started, seconds=1.23456)
    assert made["started"] == "2026-01-01T10:00:00+00:00" and made["seconds"] == 1.235 and made["model"] == 1
    assert datetime.fromisoformat(made["started"]).tzinfo == UTC
