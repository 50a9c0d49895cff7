"""A domain that is not vision: listed, scored, aggregated and checked by a core that knows nothing of it."""

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from brainscore_core import load_benchmark, load_dataset, load_model, registry, score, score_all
from brainscore_core.cli.shell import run
from brainscore_core.testing import check_plugin
from brainscore_core.testing.fake_distributions import make_distribution
from brainscore_core.tree import Result, aggregate

TOY = Path(__file__).parent / "toy" / "toy_language.py"
POINTS = {
    "brainscore.domains": {"language": "toy_language:domain"},
    "brainscore.language.models": {"letters": "toy_language:letters"},
    "brainscore.language.benchmarks": {"Toy2020-reading": "toy_language:reading"},
    "brainscore.metrics": {"toy_pearson": "toy_language:Correlation"},
    "brainscore.datasets": {"Toy2020": "toy_language:data"},
}


@pytest.fixture(autouse=True)
def language(tmp_path, monkeypatch):
    """The domain, installed as one distribution beside what is really there."""
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    requires = ("brainscore-core>=3,<4", "numpy", "pandas")
    make_distribution(tmp_path / "site", "bs-toy-language", "0.1.0", entry_points=POINTS, requires=requires)
    shutil.copy(TOY, tmp_path / "site")
    registry.refresh()
    yield
    sys.modules.pop("toy_language", None)
    registry.refresh()


def test_it_is_small():
    blank_and_words = [line.strip() for line in TOY.read_text().splitlines()]
    code = [line for line in blank_and_words if line and not line.startswith(('"""', "#", "from ", "import ", "@"))]
    assert len(code) <= 40


def test_it_scores_by_name_and_by_object():
    expected = np.corrcoef(
        [len(word) for word in load_dataset("Toy2020")["stimulus_id"].values], load_dataset("Toy2020")
    )
    by_name = score("letters", "Toy2020-reading")
    by_object = score(load_model("letters"), load_benchmark("Toy2020-reading"))
    assert by_name.raw.value == pytest.approx(expected[0, 1]) and by_name.value == by_object.value
    assert by_name.value == pytest.approx(expected[0, 1] / 0.95)
    made = by_name.provenance
    assert made["domain"] == {"identifier": "language", "distribution": "bs-toy-language", "version": "0.1.0"}
    assert made["data"]["distribution"] == made["metric"]["distribution"] == "bs-toy-language"


def test_its_tree_is_aggregated():
    [record] = score_all(["letters"], ["Toy2020-reading"])
    tree = registry.resolve("domains", "language").tree
    [root] = aggregate(tree, {"Toy2020-reading": "reading"}, {record.benchmark: Result(record.status, record.score)})
    assert root.identifier == "average_language" and root.value == record.score.value and root.covered == 1


def test_the_command_line_serves_it(capsys):
    assert run(("list", "benchmarks", "--json")) == 0
    assert "Toy2020-reading" in capsys.readouterr().out
    assert run(("info", "letters", "--json")) == 0
    assert json.loads(capsys.readouterr().out)[0]["description"].startswith("Reading times grow")
    assert run(("score", "letters", "--benchmark", "Toy2020-*")) == 0
    assert "average_language" in capsys.readouterr().out


def test_it_keeps_what_plugins_promise():
    outcomes = check_plugin("bs-toy-language")
    assert [outcome for outcome in outcomes if outcome.status == "broken"] == []
    assert [outcome.check for outcome in outcomes if outcome.status == "not applicable"] == [
        "package: README, CHANGELOG and tests",
        "Toy2020-reading: can be scored",  # by a subject that answers at random, which a domain need not have
    ]


def test_nothing_of_vision_was_needed():
    import subprocess

    code = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "sys.modules['dask'] = None;"  # where it is installed, xarray loads it, and it loads scipy
        "from brainscore_core import score; score('letters', 'Toy2020-reading');"
        "sys.exit(', '.join(name for name in sys.modules if name.startswith(('brainscore_v', 'torch', 'scipy'))) or 0)"
    )
    site = next(entry for entry in sys.path if entry.endswith("site"))
    done = subprocess.run([sys.executable, "-c", code, site], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
