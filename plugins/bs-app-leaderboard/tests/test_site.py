"""Scripts and styles of the site as text."""

import pytest

from .scripts import SITE

FILES = sorted(path.name for path in SITE.iterdir() if path.suffix in (".js", ".css", ".html"))


@pytest.mark.parametrize("name", FILES)
def test_lines_are_as_short_as_those_of_python(name):
    lines = (SITE / name).read_text(encoding="utf-8").splitlines()
    assert [(at, len(line)) for at, line in enumerate(lines, 1) if len(line) > 120] == []


def test_each_script_is_loaded_once():
    index = (SITE / "index.html").read_text(encoding="utf-8")
    assert len(FILES) > 20
    for name in FILES:
        assert name == "index.html" or index.count(f'"{name}"') == 1, name
