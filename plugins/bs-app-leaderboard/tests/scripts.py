"""Scripts of the site, run in node or else in Chromium."""

import json
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

SITE = Path(str(files("bs_app_leaderboard"))) / "site"
PURE = ["aggregate.js", "ranks.js", "payload.js", "selection.js", "pairs.js"]


def run(scripts, given, expression):
    """The value of an expression over ``given`` after some scripts of the site, as JSON."""
    source = "\n".join((SITE / name).read_text(encoding="utf-8") for name in scripts)
    whole = f"const window = globalThis; const given = {json.dumps(given)};\n"
    whole += f"window.BRAINSCORE = given.data;\n{source}\n"
    if node := shutil.which("node"):
        # stands in for the page's own: a script of node's would be a module, and the site's are not
        text = f"{{ const module = undefined; {whole} process.stdout.write(JSON.stringify({expression})); }}"
        done = subprocess.run([node, "-"], input=text, capture_output=True, text=True, check=True, timeout=60)
        return json.loads(done.stdout)
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("neither node nor Chromium is here to run the page's scripts")
    playwright = pytest.importorskip("playwright.sync_api", reason="running scripts in Chromium needs playwright")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        return json.loads(browser.new_page().evaluate(f"(() => {{ {whole} return JSON.stringify({expression}); }})()"))
