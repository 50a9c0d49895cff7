"""The Python of the texts runs as it stands, from top to bottom."""

import re
import runpy
from pathlib import Path

import pytest

DOCUMENTS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", ["behavior.md", "new-benchmark.md", "paper-to-benchmark.md", "thresholds.md"])
def test_the_python_of_a_text_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    text = (DOCUMENTS / name).read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S)
    assert blocks
    for file, content in re.findall(r"^```toml\n# (\S+\.toml)\n(.*?)^```$", text, re.M | re.S):
        (tmp_path / file).write_text(f"# {file}\n{content}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    script = tmp_path / "document.py"
    script.write_text("\n".join(blocks), encoding="utf-8")  # later blocks use what earlier ones define
    runpy.run_path(str(script))


@pytest.mark.parametrize("path", sorted(DOCUMENTS.glob("*.md")), ids=lambda path: path.name)
def test_what_a_text_links_to_is_there(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target
