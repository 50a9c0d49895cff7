"""``tools/entrypoints.py``: what differs is named, ``--write`` mends it, and nothing else in the file changes."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "entrypoints.py"
MODULE = """
from brainscore_core.contracts import ModelEntry, ModelInfo

TABLE = ("small", "large")
small, large = (ModelEntry(name, lambda: None, ModelInfo()) for name in TABLE)
"""
PROJECT = """# a comment that stays
[project]
name = "bs-model-toy"
version = "1.0.0"

[project.entry-points."brainscore.vision.models"]
{rows}

[tool.uv.build-backend]
source-include = ["tests/**"]
"""
AGREED = '"small" = "bs_model_toy:small"\n"large" = "bs_model_toy:large"'


@pytest.fixture
def package(tmp_path):
    source = tmp_path / "src" / "bs_model_toy" / "__init__.py"
    source.parent.mkdir(parents=True)
    source.write_text(MODULE)
    return tmp_path


def run(folder, rows, *options):
    """Exit code, output and the pyproject.toml after the tool ran."""
    project = folder / "pyproject.toml"
    project.write_text(PROJECT.format(rows=rows))
    code = f"import sys, runpy; sys.path.insert(0, {str(folder / 'src')!r}); sys.argv = sys.argv[1:];"
    code += "runpy.run_path(sys.argv[0], run_name='__main__')"
    answer = subprocess.run(
        [sys.executable, "-c", code, str(TOOL), *options, str(folder)], capture_output=True, text=True, check=False
    )
    assert answer.stderr == ""
    return answer.returncode, answer.stdout, project.read_text()


def test_agreement(package):
    assert run(package, AGREED) == (0, "", PROJECT.format(rows=AGREED))


@pytest.mark.parametrize(
    "rows, named",
    [
        ('"small" = "bs_model_toy:small"', "large: declared nowhere, held as bs_model_toy:large"),
        (f'{AGREED}\n"huge" = "bs_model_toy:huge"', "huge: declared bs_model_toy:huge, held as nothing"),
        (f'{AGREED}\n"other" = "bs_model_toy:large"', "other: declared bs_model_toy:large, held as nothing"),
    ],
    ids=["missing", "stale", "another identifier"],
)
def test_difference_is_named_and_mended(package, rows, named):
    code, out, text = run(package, rows)
    assert code == 1
    assert named in out
    assert text == PROJECT.format(rows=rows)
    code, out, text = run(package, rows, "--write")
    assert (code, "install it again" in out) == (0, True)
    assert tomllib.loads(text) == tomllib.loads(PROJECT.format(rows=AGREED))
    assert text.startswith("# a comment that stays")
