"""What holds without any file."""

import subprocess
import sys

import pytest

from brainscore_core import load_dataset
from brainscore_core.errors import DataUnavailable


def test_without_files_and_network_it_says_which_file(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    monkeypatch.delenv("BRAINSCORE_MIRRORS", raising=False)
    with pytest.raises(DataUnavailable, match="92_brainRDMs.mat"):
        load_dataset("Kriegeskorte2008.human")


def test_descriptions_are_read_without_scipy():
    code = (
        "import sys, bs_data_kriegeskorte2008 as package;"
        "infos = [getattr(package, name).info.to_dict() for name in package.__all__];"
        "assert all(info['doi'] and info['bibtex'] and info['licence'] for info in infos);"
        "sys.exit('scipy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
